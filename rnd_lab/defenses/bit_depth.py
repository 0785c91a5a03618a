"""Bit-depth reduction, a feature squeezer (Xu, Evans, Qi; NDSS 2018)."""

from typing import ClassVar, Literal

from torch import Tensor

from rnd_lab.defenses.defense import Answer, DefenseSpec
from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.spec import setting


class BitDepthSpec(DefenseSpec):
    """Every channel of a query is rounded to 2^b evenly spaced values before the model sees it."""

    title: ClassVar = "Bit depth"
    summary: ClassVar = "Rounds every channel to few bits before the model sees it."
    random: ClassVar = False

    name: Literal["bit_depth"] = "bit_depth"
    bits: int = setting(
        5, ge=1, le=8, unit="bits", help="Bits of a channel that are kept. Published for CIFAR-10 and ImageNet: 5."
    )

    def answer(self, images: Tensor, rows: Rows, model: Answer) -> Tensor:
        steps = 2**self.bits - 1
        return model((images * steps).round_() / steps)
