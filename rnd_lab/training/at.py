"""AT, adversarial training of a plain network."""

from typing import ClassVar, Literal

from rnd_lab.primitives.spec import setting
from rnd_lab.training.adversarial import Adversarial
from rnd_lab.training.recipe import Plain


class AtRecipe(Adversarial):
    """Adversarial training of a network without a defense inside."""

    title: ClassVar = "adversarial training"

    kind: Literal["at"] = "at"
    architecture: Plain = setting("resnet20", help="Network to train.")
