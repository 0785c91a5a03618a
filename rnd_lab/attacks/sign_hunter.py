"""SignHunter (Al-Dujaili & O'Reilly, ICLR 2020, Algorithm 2): divide and conquer over the gradient's signs."""

import math
from typing import ClassVar, Literal

import torch
from torch import Tensor

from rnd_lab.attacks.attack import Arena, Attack, AttackSpec
from rnd_lab.attacks.masks import span
from rnd_lab.attacks.search import SearchAttack


class SignHunterSpec(AttackSpec):
    """SignHunter, "Sign" in the published RND evaluation; it has no parameters: its probes lie on the ball's edge.

    Every query is counted, one a step. The published evaluation counts one a step too, though it asks for the clean
    image again beside every candidate; only the first step of a hunt counts four, where this one has asked two.
    """

    title: ClassVar = "SignHunter (Sign)"
    summary: ClassVar = "Every pixel at the edge of the allowed range; one run of pixels changes sides."

    name: Literal["sign_hunter"] = "sign_hunter"

    def build(self, arena: Arena) -> Attack:
        return SignHunter(arena)


class SignHunter(SearchAttack):
    """Start at +ε everywhere; flip chunks of ⌈d/2^h⌉ values, h = 0 … ⌈log₂ d⌉, and keep a flip that helps.

    The perturbation is ε·s for ℓ∞ and ε·s/√d for ℓ2, s ∈ {−1, 1}^d. When the last chunk is done, the hunt starts
    again around the image found so far; that image's successor is kept whatever its loss, as in the paper.
    A chunk whose first half was just flipped is asked as a whole once more: the paper's search does that, too.
    """

    def __init__(self, arena: Arena) -> None:
        super().__init__(arena)
        self._anchor = torch.zeros_like(self.image)
        self._signs = torch.ones(arena.slots, arena.dimension, device=arena.device)
        self._level = self.counts()
        self._chunk = self.counts()
        self._hunts = self.counts()
        self._length = arena.epsilon if arena.norm == "linf" else arena.epsilon / math.sqrt(arena.dimension)
        self._last_level = math.ceil(math.log2(arena.dimension))

    def begin(self, slots: Tensor) -> None:
        self._hunts[slots] = 0
        self._hunt(slots)

    def _hunt(self, slots: Tensor) -> None:
        """Begin around the image found so far."""
        self._anchor[slots] = self.iterate[slots]
        self._signs[slots] = 1
        self._level[slots] = self._chunk[slots] = 0
        self.loss[slots] = torch.inf

    def opening(self, slots: Tensor) -> Tensor:
        self._hunts[slots] += 1
        return self._image(self._signs[slots], slots)

    def propose(self, slots: Tensor) -> Tensor:
        return self._image(self._flipped(slots), slots)

    def settle(self, slots: Tensor, accepted: Tensor) -> None:
        kept = slots[accepted & self._known]
        self._signs[kept] = self._flipped(kept)
        slots = slots[self._known]
        self._chunk[slots] += 1
        done = slots[self._chunk[slots] * self._chunk_length(slots) >= self.arena.dimension]
        self._level[done] += 1
        self._chunk[done] = 0
        self._hunt(done[self._level[done] > self._last_level])

    def published(self, slot: int, probes: int) -> int:
        return probes + 2 * int(self._hunts[slot])

    def _chunk_length(self, slots: Tensor) -> Tensor:
        """⌈d/2^h⌉, int64 [n]."""
        return -(-self.arena.dimension // 2 ** self._level[slots])

    def _flipped(self, slots: Tensor) -> Tensor:
        """The signs with the chunk whose turn it is flipped, float32 [n, d]."""
        length = self._chunk_length(slots)
        signs = self._signs[slots]
        return torch.where(span(self._chunk[slots] * length, length, self.arena.dimension), -signs, signs)

    def _image(self, signs: Tensor, slots: Tensor) -> Tensor:
        shape = (-1, *self.arena.shape)
        return self.project(self._anchor[slots] + self._length * signs.view(shape), slots)
