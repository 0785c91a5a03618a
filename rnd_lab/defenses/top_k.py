"""Top-k truncation of the scores (Shokri et al., IEEE S&P 2017, section VIII; Ilyas et al., ICML 2018)."""

from math import log
from typing import ClassVar, Literal

from torch import Tensor

from rnd_lab.defenses.defense import Answer, DefenseSpec
from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.spec import setting


class TopKSpec(DefenseSpec):
    """Only the k highest probabilities are told.

    The answer is their logarithm. The other classes share what is left to 1 evenly, which is all that is known of
    them; none of them gets above the k. Without others the answer is the model's.
    """

    title: ClassVar = "Top k"
    summary: ClassVar = "Tells the k highest probabilities only."
    random: ClassVar = False

    name: Literal["top_k"] = "top_k"
    k: int = setting(3, ge=1, unit="classes", help="Classes whose probability is told. Published: 1 and 3.")

    def answer(self, images: Tensor, rows: Rows, model: Answer) -> Tensor:
        logits = model(images).log_softmax(1)
        hidden = logits.shape[1] - self.k
        if hidden <= 0:
            return logits
        order = logits.argsort(dim=1, descending=True, stable=True)
        told, others = order[:, : self.k], order[:, self.k :]
        even = logits.gather(1, others).double().logsumexp(1, keepdim=True).float() - log(hidden)
        even = even.minimum(logits.gather(1, told[:, -1:]))  # where all are alike, rounding could lift them above
        return logits.scatter(1, others, even.expand(-1, hidden))
