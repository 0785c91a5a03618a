"""What every defense is: something that answers queries in the model's place."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import count
from typing import ClassVar, Protocol

from torch import Tensor, nn

from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.spec import Spec


@dataclass(frozen=True)
class Inside:
    """Something that happens inside the network while it runs, such as noise on its features or weights.

    ``enter(network, rows)`` is in force while the network runs on some of the images; ``rows`` are theirs. The network
    may be run in parts, so ``enter`` is called once for each.
    """

    enter: Callable[[nn.Module, Rows], AbstractContextManager[None]]
    rows: Rows

    def take(self, rows: Sequence[int]) -> "Inside":
        """The same for some of the images, in the order asked for; an image may be taken more than once."""
        return Inside(self.enter, self.rows.take(rows))


class Answer(Protocol):
    """The model, as a defense sees it."""

    def __call__(self, images: Tensor, inside: tuple[Inside, ...] = ()) -> Tensor:
        """Logits float32 [n, classes] of images float32 [n, c, h, w] in [0, 1]; ``inside`` has n rows each."""


class Detector(Protocol):
    """The memory of a stateful defense in one game."""

    def flags(self, image: Tensor) -> bool:
        """Whether the attacker's next query, float32 [c, h, w] in [0, 1], is suspicious; remembers it."""


class DefenseSpec(Spec, ABC):
    """Settings of one defense, and how it answers. Subclasses add a literal ``name`` and their parameters."""

    title: ClassVar[str]
    summary: ClassVar[str]
    random: ClassVar[bool]
    """Whether two answers to the same image may differ."""

    name: str

    @abstractmethod
    def answer(self, images: Tensor, rows: Rows, model: Answer) -> Tensor:
        """Logits float32 [n, classes] for images float32 [n, c, h, w] in [0, 1].

        ``rows`` gives fresh randomness for each. ``model`` is always asked n images at a time, in their order, or
        several times n: all of them, all of them again, and so on.
        """

    def detector(self, key: int) -> Detector | None:
        """What watches the queries of the game with this key, in their order; most defenses remember nothing."""
        return None


def detectors(defenses: Sequence[DefenseSpec], key: int) -> list[Detector]:
    """What watches the queries of the game with this key, in front of a whole stack; mostly nothing does."""
    return [detector for defense in defenses if (detector := defense.detector(key))]


def is_random(defenses: Sequence[DefenseSpec]) -> bool:
    """Whether two answers of a stack to the same image may differ."""
    return any(defense.random for defense in defenses)


def answer_stack(defenses: Sequence[DefenseSpec], images: Tensor, rows: Rows, model: Answer) -> Tensor:
    """Answer through a stack of defenses; the first is the outermost, and sees the query first."""
    if not defenses:
        return model(images)
    outer, *inner = defenses
    calls = count()

    def behind(images: Tensor, inside: tuple[Inside, ...] = ()) -> Tensor:
        around = inside
        turns = len(images) // len(rows.keys)
        scopes = [f"inner{next(calls) or ''}" for _ in range(turns)]  # who asks again is answered anew

        def deepest(images: Tensor, inside: tuple[Inside, ...] = ()) -> Tensor:
            return model(images, around + inside)

        return answer_stack(inner, images, rows.within_each(scopes), deepest)

    return outer.answer(images, rows.within(outer.name), behind)
