"""SimBA (Guo et al., ICML 2019, Algorithm 1): one basis vector after the other, forwards and then backwards."""

from typing import ClassVar, Literal

import torch
from torch import Tensor

from rnd_lab.attacks.attack import Arena, Attack, AttackSpec, Published
from rnd_lab.attacks.bases import Basis, frequency_rings, matrix
from rnd_lab.attacks.search import SearchAttack, remeasure_setting
from rnd_lab.primitives.spec import setting


class SimbaSpec(AttackSpec):
    """SimBA with the settings of the published RND evaluation.

    The published evaluation asks both sides of every coordinate, but counts the second one only where it helps. Here
    the second side is asked where the first did not help, and every query is counted; ``published`` leaves out the
    second sides that failed, but none where the iterate is asked again.
    """

    title: ClassVar = "SimBA"
    summary: ClassVar = "One pixel, or one wave across the image, a little brighter or darker."
    paper: ClassVar[Published] = {("imagenet", "l2"): {"basis": "dct"}, ("imagenet", "linf"): {"basis": "dct"}}
    authors: ClassVar[Published] = {("cifar10", "l2"): {"basis": "dct", "frequencies": 32}}

    name: Literal["simba"] = "simba"
    basis: Basis = setting("pixel", help="Single pixels, or waves of the discrete cosine transform (DCT).")
    step: float = setting(0.2, gt=0, unit="pixel", help="Length of a step along a basis vector of length 1.")
    frequencies: int = setting(28, ge=1, help="DCT only: these many lowest frequencies of each axis come first.")
    stride: int = setting(7, ge=1, help="DCT only: then so many more frequencies of each axis at a time.")
    remeasure: bool = remeasure_setting()

    def build(self, arena: Arena) -> Attack:
        return Simba(self, arena)


class Simba(SearchAttack):
    """x ← Proj(x ± step · q) where the loss falls, + before −, over an orthonormal basis in random order.

    A basis vector is used once; only when all have been used does a new random order begin. A side that the box or
    the ball holds where it is would only repeat the iterate, so it is not asked.
    """

    def __init__(self, spec: SimbaSpec, arena: Arena) -> None:
        super().__init__(arena, spec.remeasure)
        _, height, width = arena.shape
        self.step = spec.step
        self._down = matrix(spec.basis, height).to(arena.device)
        self._across = matrix(spec.basis, width).to(arena.device)
        ring = frequency_rings(height, width, spec.frequencies, spec.stride)
        self._ring = (ring if spec.basis == "dct" else torch.zeros_like(ring)).repeat(arena.shape[0]).to(arena.device)
        self._order = torch.zeros(arena.slots, arena.dimension, dtype=torch.int32, device=arena.device)
        self._place = self.counts()
        self._backwards = torch.zeros(arena.slots, dtype=torch.bool, device=arena.device)
        self._last = self._backwards.clone()
        self._published = self.counts()

    def begin(self, slots: Tensor) -> None:
        self._backwards[slots] = False
        self._published[slots] = 0
        self._shuffle(slots)

    def propose(self, slots: Tensor) -> Tensor:
        iterate = self.iterate[slots]
        shift = self.step * self._vectors(slots)
        plus, plus_held = self._moved(iterate, shift, slots)
        minus, minus_held = self._moved(iterate, -shift, slots)
        skipped = ~self._backwards[slots] & plus_held
        backwards = self._backwards[slots] | plus_held
        self._published[slots] += skipped
        self._backwards[slots] = backwards
        self._last[slots] = backwards | minus_held
        return torch.where(backwards.view(-1, 1, 1, 1), minus, plus)

    def settle(self, slots: Tensor, accepted: Tensor) -> None:
        slots, accepted = slots[self._known], accepted[self._known]
        self._published[slots] += ~self._backwards[slots] | accepted
        done = accepted | self._last[slots]
        self._backwards[slots] = ~done
        self._place[slots] += done
        self._shuffle(slots[self._place[slots] == self.arena.dimension])

    def published(self, slot: int, probes: int) -> int:
        return probes if self.remeasure else min(probes, 1) + int(self._published[slot])

    def _moved(self, iterate: Tensor, shift: Tensor, slots: Tensor) -> tuple[Tensor, Tensor]:
        """The candidates on one side, and whether the box or the ball holds them where they are, bool [n]."""
        moved = iterate + shift
        projected = self.project(moved, slots)
        still = (moved.clamp(0, 1) == iterate) | (projected == iterate)
        return projected, still.flatten(1).all(1)

    def _shuffle(self, slots: Tensor) -> None:
        """A new random order, the lowest frequencies first."""
        order = self.rows(slots).permutation("order", self.arena.dimension)
        by_ring = self._ring[order].argsort(dim=1, stable=True)
        self._order[slots] = order.gather(1, by_ring).to(torch.int32)
        self._place[slots] = 0

    def _vectors(self, slots: Tensor) -> Tensor:
        """The basis vectors whose turn it is, float32 [n, c, h, w]."""
        channels, height, width = self.arena.shape
        index = self._order[slots, self._place[slots]].long()
        wave = self._down[index // width % height][:, :, None] * self._across[index % width][:, None, :]
        channel = torch.arange(channels, device=index.device) == (index // (height * width))[:, None]
        return channel[:, :, None, None] * wave[:, None]
