"""PNI, Parametric Noise Injection (He, Rakin, Fan; CVPR 2019)."""

from typing import ClassVar, Literal

from torch import Tensor

from rnd_lab.defenses.defense import Answer, DefenseSpec
from rnd_lab.defenses.inside import noise_inside
from rnd_lab.models.noise import NoisyWeight
from rnd_lab.primitives.draws import Rows


class PniSpec(DefenseSpec):
    """Every query is answered by weights W + α·σ·N(0, I) drawn anew; each layer's scale α was trained (PNI-W)."""

    title: ClassVar = "PNI"
    summary: ClassVar = "Adds fresh noise of a trained scale to the weights for every query."
    random: ClassVar = True

    name: Literal["pni"] = "pni"

    def answer(self, images: Tensor, rows: Rows, model: Answer) -> Tensor:
        return model(images, (noise_inside(NoisyWeight, rows.within("weights"), "PNI", "resnet20-pni"),))
