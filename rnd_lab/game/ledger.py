"""The oracle's account of every query."""

from dataclasses import dataclass
from enum import IntEnum

import torch
from torch import Tensor


class Purpose(IntEnum):
    """What a query was asked for."""

    PROBE = 0
    """An attack's candidate, asked for the first time."""
    REPEAT = 1
    """The same candidate again, for EOT."""
    JUDGE = 2
    """The referee asks the defended model whether the attack has won."""
    MONITOR = 3
    """The lab looks at the model without the defense; no attacker could."""


@dataclass(frozen=True)
class Account:
    """What one game has used.

    ``published`` counts as the published evaluation of the attack does. ``flagged`` are the probes and repeats that a
    stateful defense found suspicious; their answers are no others.
    """

    probe: int
    repeat: int
    judge: int
    monitor: int
    published: int
    flagged: int = 0

    @property
    def paid(self) -> int:
        """Queries charged to the budget: probes and their repeats."""
        return self.probe + self.repeat

    @property
    def strict(self) -> int:
        """Every query that the game made, the lab's own included."""
        return self.probe + self.repeat + self.judge + self.monitor


class Ledger:
    """Counts of queries by purpose, int64 [slots, purposes]."""

    def __init__(self, slots: int) -> None:
        self._counts = torch.zeros(slots, len(Purpose), dtype=torch.int64)
        self._flagged = [0] * slots

    def open(self, slot: int) -> None:
        """Start a new account in a slot."""
        self._counts[slot] = 0
        self._flagged[slot] = 0

    def charge(self, purpose: Purpose, slots: Tensor) -> Tensor:
        """Count one query for every entry of ``slots`` (int64 [n], repeats allowed).

        Returns the number of each query within its slot and purpose, from 0, in the order given; int64 [n].
        """
        slots = slots.cpu()
        order = torch.argsort(slots, stable=True)
        ordered = slots[order]
        rank = torch.arange(len(slots)) - torch.searchsorted(ordered, ordered)
        numbers = torch.empty_like(slots)
        numbers[order] = rank
        numbers += self._counts[slots, purpose]
        self._counts[:, purpose] += torch.bincount(slots, minlength=len(self._counts))
        return numbers

    def flag(self, slot: int) -> None:
        """Count one query of a slot that a stateful defense found suspicious."""
        self._flagged[slot] += 1

    def paid(self, slots: Tensor) -> Tensor:
        """Queries charged to the budget so far, int64 [n]."""
        return self._counts[slots, Purpose.PROBE] + self._counts[slots, Purpose.REPEAT]

    def probes(self, slots: Tensor) -> Tensor:
        """First-time probes so far, int64 [n]."""
        return self._counts[slots, Purpose.PROBE]

    def account(self, slot: int, published: int) -> Account:
        """The account of one slot."""
        probe, repeat, judge, monitor = (int(count) for count in self._counts[slot])
        return Account(probe, repeat, judge, monitor, published, self._flagged[slot])
