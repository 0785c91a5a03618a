"""Lazy greedy choice (Minoux 1978) as ECO uses it: the last known gain of a change stands until it is tried again."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Ruling:
    """Outcome of one trial in each of n contests.

    ``leads`` bool [n]: it gave the lowest loss so far. ``made`` int64 [n]: the change to make for good now, or −1.
    ``over`` bool [n]: nothing is known to help any more.
    """

    leads: Tensor
    made: Tensor
    over: Tensor


class Contests:
    """One contest for every slot: which of at most ``size`` changes, one at a time, lower the loss.

    First every change is tried alone, and the best one is made if it helps. After that the change with the lowest
    last known gain is tried again: it is made if it helps and still beats what is known of the others; if not, it
    goes back with its new gain. Gains are differences of losses: low is good. Slots are int64 [n].
    """

    def __init__(self, slots: int, size: int, device: torch.device) -> None:
        self._untried = torch.zeros(slots, size, dtype=torch.bool, device=device)
        self._gains = torch.full((slots, size), torch.inf, device=device)
        self._loss = torch.zeros(slots, device=device)

    def open(self, slots: Tensor, contestants: Tensor, losses: Tensor) -> None:
        """Begin contests of ``contestants`` bool [n, size]; the losses without any change are float32 [n]."""
        self._untried[slots] = contestants
        self._gains[slots] = torch.inf
        self._loss[slots] = losses

    def turn(self, slots: Tensor) -> Tensor:
        """The change to try next, int64 [n]."""
        untried = self._untried[slots]
        return torch.where(untried.any(1), untried.to(torch.uint8).argmax(1), self._gains[slots].argmin(1))

    def hear(self, slots: Tensor, losses: Tensor) -> Ruling:
        """Learn the losses float32 [n] of the changes that were tried."""
        turn = self.turn(slots)
        alone = self._untried[slots].any(1)
        gain = losses - self._loss[slots]
        self._gains[slots, turn] = torch.inf
        rival = self._gains[slots].amin(1)
        leads = (gain < 0) & torch.where(alone, gain < rival, gain <= rival)
        self._untried[slots, turn] = False
        self._gains[slots, turn] = gain
        made = torch.where(leads, turn, -1)
        scored = ~self._untried[slots].any(1)
        made = torch.where(alone, torch.where(scored, self._helpful(slots), -1), made)
        self._make(slots[made >= 0], made[made >= 0])
        return Ruling(leads, made, scored & (self._gains[slots].amin(1) >= 0))

    def _helpful(self, slots: Tensor) -> Tensor:
        """The change with the lowest known gain, or −1 where that is none, int64 [n]."""
        lowest, change = self._gains[slots].min(1)
        return torch.where(lowest < 0, change, -1)

    def _make(self, slots: Tensor, changes: Tensor) -> None:
        self._loss[slots] += self._gains[slots, changes]
        self._gains[slots, changes] = torch.inf
