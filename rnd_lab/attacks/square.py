"""Square (Andriushchenko et al., ECCV 2020): random search over square patches of shrinking size."""

from typing import ClassVar, Literal

from rnd_lab.attacks.attack import Arena, Attack, AttackSpec, Published
from rnd_lab.attacks.search import remeasure_setting
from rnd_lab.attacks.square_l2 import SquareL2
from rnd_lab.attacks.square_linf import SquareLinf
from rnd_lab.primitives.spec import setting


class SquareSpec(AttackSpec):
    """Square with the settings of its paper; the size of the patch plays the part of μ. Every query is counted."""

    title: ClassVar = "Square"
    summary: ClassVar = "One square patch of the image gets new colours at the edge of the allowed range."
    paper: ClassVar[Published] = {("cifar10", "l2"): {"p": 0.1}, ("imagenet", "l2"): {"p": 0.1}}

    name: Literal["square"] = "square"
    p: float = setting(
        0.05,
        gt=0,
        le=1,
        unit="share of the image",
        help="Share of the pixels in a patch at the start; halved on a schedule scaled to the budget.",
    )
    remeasure: bool = remeasure_setting()

    def build(self, arena: Arena) -> Attack:
        attack = SquareLinf if arena.norm == "linf" else SquareL2
        return attack(arena, self.p, self.remeasure)
