"""RND, the Random Noise Defense (Qin, Fan, Zha, Wu; NeurIPS 2021)."""

from typing import ClassVar, Literal

from torch import Tensor

from rnd_lab.defenses.defense import Answer, DefenseSpec
from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.spec import setting


class RndSpec(DefenseSpec):
    """Every query is answered with F(x + ν·v), v ~ N(0, I) drawn anew, as in (7) and (8).

    The noisy image is clamped to [0, 1].
    """

    title: ClassVar = "RND"
    summary: ClassVar = "Adds fresh Gaussian noise to every query before the model sees it."
    random: ClassVar = True

    name: Literal["rnd"] = "rnd"
    nu: float = setting(
        0.02,
        ge=0,
        le=1,
        label="ν",
        unit="pixel",
        help="Standard deviation of the noise; images are in [0, 1]. Published: 0.02, and 0.05 for models trained on "
        "noise.",
    )

    def answer(self, images: Tensor, rows: Rows, model: Answer) -> Tensor:
        return model((images + self.nu * rows.normal("noise", images.shape[1:])).clamp_(0, 1))
