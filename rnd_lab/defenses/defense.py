"""What every defense is: something that answers queries in the model's place."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar

from torch import Tensor

from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.spec import Spec

Answer = Callable[[Tensor], Tensor]
"""Images float32 [n, c, h, w] in [0, 1] → logits float32 [n, classes]."""


class DefenseSpec(Spec, ABC):
    """Settings of one defense, and how it answers. Subclasses add a literal ``name`` and their parameters."""

    title: ClassVar[str]
    summary: ClassVar[str]

    name: str

    @abstractmethod
    def answer(self, images: Tensor, rows: Rows, model: Answer) -> Tensor:
        """Logits float32 [n, classes] for images float32 [n, c, h, w] in [0, 1].

        ``rows`` gives fresh randomness for each.
        """


def answer_stack(defenses: Sequence[DefenseSpec], images: Tensor, rows: Rows, model: Answer) -> Tensor:
    """Answer through a stack of defenses; the first is the outermost, and sees the query first."""
    if not defenses:
        return model(images)
    outer, *inner = defenses
    return outer.answer(images, rows.within(outer.name), lambda x: answer_stack(inner, x, rows.within("inner"), model))
