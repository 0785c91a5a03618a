"""What every attack is: it asks for the losses of candidates and is told them; it sees nothing else."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import torch
from torch import Tensor

from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.geometry import Norm, project
from rnd_lab.primitives.spec import Spec

Published = dict[tuple[str, Norm], dict[str, Any]]
"""Settings by data set ("cifar10", "imagenet") and norm."""


@dataclass(frozen=True)
class Arena:
    """Where attacks play: a number of slots, each holding one game, and the rules that bind all of them.

    ``shape`` is (c, h, w); ``epsilon`` is in pixel units; ``budget`` counts probes per game (repeats left out).
    """

    slots: int
    shape: tuple[int, int, int]
    norm: Norm
    epsilon: float
    budget: int
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))

    @property
    def dimension(self) -> int:
        """The number d = c·h·w of values in an image."""
        return self.shape[0] * self.shape[1] * self.shape[2]


@dataclass(frozen=True)
class Proposals:
    """Candidates float32 [n, c, h, w], and the slot of the game that asks for each, int64 [n]."""

    images: Tensor
    slots: Tensor


class Attack(ABC):
    """The state of one attack for all slots; every tensor's first axis is the slot.

    ``image`` is attacked, ``iterate`` is the attack's best guess so far, ``loss`` what the attacker believes of the
    iterate (infinite while it knows nothing), ``steps`` how many steps the game has made. The driver calls
    :meth:`ask` and :meth:`tell` in turn; a candidate that the budget does not pay for is told as infinite, and its
    game ends there.

    A game's bits depend on its own slot alone. So reductions over slots' contents keep at least one axis beside the
    slot (or use ``norm``), and nothing goes through a matrix product: both change their order of summation with the
    number of rows.
    """

    asks_around: ClassVar[bool] = False
    """Whether candidates are never handed in, only asked about: they lie in [0, 1] then, but need not in the ball."""

    def __init__(self, arena: Arena) -> None:
        self.arena = arena
        self.image = torch.zeros(arena.slots, *arena.shape, device=arena.device)
        self.iterate = torch.zeros_like(self.image)
        self.loss = torch.full((arena.slots,), torch.inf, device=arena.device)
        self.steps = self.counts()
        self._keys = [0] * arena.slots

    def counts(self) -> Tensor:
        """A zero for every slot, int64 [slots]: somewhere to count or to point."""
        return torch.zeros(self.arena.slots, dtype=torch.int64, device=self.arena.device)

    def start(self, slots: Tensor, images: Tensor, keys: Sequence[int]) -> None:
        """Begin new games on ``images`` float32 [n, c, h, w] in ``slots`` int64 [n], with their game keys."""
        for slot, key in zip(slots.tolist(), keys, strict=True):
            self._keys[slot] = key
        self.image[slots] = images
        self.iterate[slots] = images
        self.loss[slots] = torch.inf
        self.steps[slots] = 0
        self.begin(slots)

    def begin(self, slots: Tensor) -> None:  # noqa: B027 (not every attack keeps something)
        """Reset what the attack itself keeps for new games; ``image`` and ``iterate`` are set already."""

    @abstractmethod
    def ask(self, slots: Tensor) -> Proposals:
        """The next candidates of the games in ``slots`` (int64 [n]): one or more for each, in any order."""

    @abstractmethod
    def tell(self, losses: Tensor) -> None:
        """Learn from the losses of the candidates just asked, float32 [n], in their order."""

    @abstractmethod
    def differences(self, losses: Tensor, at_iterate: Tensor) -> tuple[Tensor, Tensor]:
        """The differences h that the coming decisions take their signs from, as (3) and (6) define them.

        ``losses`` are of the candidates just asked, ``at_iterate`` float32 [slots] of each iterate. Called before
        :meth:`tell` with what the attacker is told and with the truth: where the signs differ, noise has turned a
        decision. Returns h float32 [k] and slots int64 [k]; not finite where nothing is decided yet.
        """

    def published(self, slot: int, probes: int) -> int:
        """Queries of the game in ``slot`` as the published evaluation of this attack counts them."""
        return probes

    def rows(self, slots: Tensor) -> Rows:
        """Random numbers of this step for the games in ``slots``."""
        keys = [self._keys[slot] for slot in slots.tolist()]
        return Rows(keys, self.steps[slots].tolist(), "attack", self.arena.device)

    def project(self, candidates: Tensor, slots: Tensor) -> Tensor:
        """Move candidates float32 [n, c, h, w] into the ball around the images of their slots, and into [0, 1]."""
        return project(candidates, self.image[slots], self.arena.epsilon, self.arena.norm)


class AttackSpec(Spec, ABC):
    """Settings of one attack. Subclasses add a literal ``name`` and their parameters."""

    title: ClassVar[str]
    summary: ClassVar[str]
    """One sentence: what a probe of this attack looks like."""
    norms: ClassVar[tuple[Norm, ...]] = ("linf", "l2")
    paper: ClassVar[Published] = {}
    """What the published RND evaluation sets otherwise than the defaults."""
    authors: ClassVar[Published] = {}
    """What the attack's own authors set otherwise than the RND evaluation."""

    name: str

    @property
    def probes(self) -> int:
        """Candidates that a step asks about, at most."""
        return 2

    @property
    def fewest_probes(self) -> int:
        """Candidates that a step asks about, at least."""
        return 1

    @classmethod
    def for_data(cls, data_set: str, norm: Norm) -> Self:
        """The settings of the published RND evaluation for a data set and a norm."""
        return cls(**cls.paper.get((data_set, norm), {}))

    @classmethod
    def presets(cls, data_set: str, norm: Norm) -> dict[str, Self]:
        """Named settings for a data set and a norm: "paper", and "authors" where those differ."""
        named = {"paper": cls.for_data(data_set, norm)}
        if own := cls.authors.get((data_set, norm)):
            named["authors"] = cls(**(cls.paper.get((data_set, norm), {}) | own))
        return named

    @abstractmethod
    def build(self, arena: Arena) -> Attack:
        """A fresh attack with these settings."""
