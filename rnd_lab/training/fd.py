"""FD, feature denoising (Xie et al., CVPR 2019): adversarial training of a network with denoising blocks."""

from typing import ClassVar, Literal

from rnd_lab.primitives.spec import setting
from rnd_lab.training.adversarial import Adversarial


class FdRecipe(Adversarial):
    """Adversarial training; what defends is in the architecture."""

    title: ClassVar = "adversarial training"

    kind: Literal["fd"] = "fd"
    architecture: Literal["resnet20-fd"] = setting("resnet20-fd", help="Network to train.")
