"""Rounded scores (Tramèr et al., USENIX Security 2016; Shokri et al., IEEE S&P 2017, section VIII)."""

from typing import ClassVar, Literal

from torch import Tensor

from rnd_lab.defenses.defense import Answer, DefenseSpec
from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.spec import setting

LEAST = 1e-30


class RoundingSpec(DefenseSpec):
    """The probabilities are rounded to a few decimals before they are told.

    The answer is their logarithm, where 0 counts as 1e-30, so that it is finite. Classes that are rounded to the same
    number are tied, and the first of them is then the predicted one.
    """

    title: ClassVar = "Rounding"
    summary: ClassVar = "Rounds the probabilities to a few decimals."
    random: ClassVar = False

    name: Literal["rounding"] = "rounding"
    decimals: int = setting(3, ge=1, le=7, help="Decimals of a probability that are kept. Published: 1 and 3, 2 to 5.")

    def answer(self, images: Tensor, rows: Rows, model: Answer) -> Tensor:
        rounded = model(images).softmax(1).round(decimals=self.decimals)
        return rounded.double().clamp_min(LEAST).log().float()  # a float's may differ with its place in the batch
