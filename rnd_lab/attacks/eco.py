"""ECO, the parsimonious attack (Moon et al., ICML 2019): lazy greedy local search over blocks at ±ε."""

from typing import ClassVar, Literal

import torch
from torch import Tensor

from rnd_lab.attacks.attack import Arena, Attack, AttackSpec, Published
from rnd_lab.attacks.blocks import Blocks
from rnd_lab.attacks.contest import Contests
from rnd_lab.attacks.search import SearchAttack
from rnd_lab.primitives.geometry import Norm
from rnd_lab.primitives.spec import setting


class EcoSpec(AttackSpec):
    """ECO with the settings of the published RND evaluation. Every query is counted, there too."""

    title: ClassVar = "ECO (Parsimonious)"
    summary: ClassVar = "Every pixel at the edge of the allowed range; one block of one colour channel changes sides."
    norms: ClassVar[tuple[Norm, ...]] = ("linf",)
    paper: ClassVar[Published] = {("imagenet", "linf"): {"block": 16}}
    authors: ClassVar[Published] = {("imagenet", "linf"): {"block": 32}}

    name: Literal["eco"] = "eco"
    block: int = setting(4, ge=1, unit="pixels", help="Side of the first blocks; halved when all have been searched.")
    batch: int = setting(64, ge=1, unit="blocks", help="Blocks that compete with each other.")

    def build(self, arena: Arena) -> Attack:
        return Eco(self, arena)


class Eco(SearchAttack):
    """The set S of blocks at +ε, all others at −ε, grows and shrinks while the loss falls (Algorithms 1 and 2).

    Blocks come in random order, a mini-batch at a time. The set itself is measured; then blocks of the batch outside S
    compete for insertion, then those inside S for deletion. A step asks one query. While blocks are tried alone, the
    iterate is the best candidate so far, so that a success among them ends the game as in the authors' evaluation.
    A deletion may ask for a set that was asked before it grew: the authors' search does that, too.
    """

    def __init__(self, spec: EcoSpec, arena: Arena) -> None:
        super().__init__(arena)
        self._spec = spec
        self._blocks = Blocks(arena.shape)
        self._contests = Contests(arena.slots, spec.batch, arena.device)
        self._signs = torch.ones_like(self.image)
        self._side = self.counts()
        self._order = torch.zeros(arena.slots, self._blocks.count(1), dtype=torch.int32, device=arena.device)
        self._first = self.counts()
        self._over = torch.empty(0, dtype=torch.int64)
        self._deleting = torch.zeros(arena.slots, dtype=torch.bool, device=arena.device)

    def begin(self, slots: Tensor) -> None:
        self._signs[slots] = -1
        self._divide(slots, torch.full_like(slots, self._spec.block))

    def opening(self, slots: Tensor) -> Tensor:
        return self._image(self._signs[slots], slots)

    def propose(self, slots: Tensor) -> Tensor:
        return self._image(self._flipped(slots, self._contests.turn(slots)), slots)

    def decide(self, slots: Tensor, candidates: Tensor, stored: Tensor) -> Tensor:
        kept = candidates < stored
        playing = slots[self._known]
        ruling = self._contests.hear(playing, candidates[self._known])
        kept[self._known] = ruling.leads
        made = ruling.made >= 0
        self._signs[playing[made]] = self._flipped(playing[made], ruling.made[made])
        self._over = playing[ruling.over]
        return kept

    def settle(self, slots: Tensor, accepted: Tensor) -> None:
        self._open(slots[accepted & ~self._known], deleting=False)
        self._end(self._over)

    def _open(self, slots: Tensor, deleting: bool) -> None:
        """Let the blocks of the batch compete for insertion or deletion; where there are none, go on."""
        if not len(slots):
            return
        self._deleting[slots] = deleting
        places = self._first[slots, None] + torch.arange(self._spec.batch, device=slots.device)
        there = places < self._count(slots)[:, None]
        numbers = self._order[slots].gather(1, places * there).long()
        inside = self._blocks.first_values(self._signs[slots], numbers, self._side[slots]) > 0
        contestants = there & (inside == deleting)
        self._contests.open(slots, contestants, self.loss[slots])
        self._end(slots[~contestants.any(1)])

    def _end(self, slots: Tensor) -> None:
        """After insertion comes deletion, and after that the next batch, of smaller blocks when there is no other."""
        deleting = self._deleting[slots]
        self._open(slots[~deleting], deleting=True)
        slots = slots[deleting]
        self.loss[slots] = torch.inf
        self._first[slots] += self._spec.batch
        through = slots[self._first[slots] >= self._count(slots)]
        self._divide(through, (self._side[through] // 2).clamp_min(1))

    def _divide(self, slots: Tensor, sides: Tensor) -> None:
        """Divide the images into blocks with these sides, int64 [n], in a new random order."""
        self._side[slots] = sides
        self._first[slots] = 0
        for side in sorted(set(sides.tolist())):
            count = self._blocks.count(side)
            own = slots[sides == side]
            self._order[own, :count] = self.rows(own).permutation("order", count).to(torch.int32)

    def _count(self, slots: Tensor) -> Tensor:
        return torch.tensor([self._blocks.count(side) for side in self._side[slots].tolist()], device=slots.device)

    def _flipped(self, slots: Tensor, places: Tensor) -> Tensor:
        """The signs with the blocks at these places int64 [n] of the batch flipped, float32 [n, c, h, w]."""
        numbers = self._order[slots, self._first[slots] + places].long()
        signs = self._signs[slots]
        return torch.where(self._blocks.masks(numbers, self._side[slots]), -signs, signs)

    def _image(self, signs: Tensor, slots: Tensor) -> Tensor:
        return self.project(self.image[slots] + self.arena.epsilon * signs, slots)
