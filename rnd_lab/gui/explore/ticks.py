"""Where values lie along an axis of a plot, and which of them are written below it."""

import math
from collections.abc import Iterable

Ticks = list[tuple[float, str]]

WIDE = 20
"""Ratio of the largest to the smallest value from which on the axis is logarithmic."""


class Scale:
    """An axis through some values: even, or logarithmic where they are far apart."""

    def __init__(self, values: Iterable[float]) -> None:
        self.values = sorted(set(values))
        self.log = self.values[0] > 0 and self.values[-1] > WIDE * self.values[0]

    def at(self, value: float) -> float:
        """The position of a value."""
        return math.log10(value) if self.log else value

    @property
    def span(self) -> tuple[float, float]:
        """The ends of the axis, with some room beside the outermost values."""
        low, high = self.at(self.values[0]), self.at(self.values[-1])
        room = (high - low) * 0.06 or abs(high) * 0.1 or 1.0
        return low - room, high + room

    def ticks(self, room: float = 0.07) -> Ticks:
        """The values themselves; those that lie closer to the one before than this share of the axis stay unnamed."""
        low, high = self.span
        found: Ticks = []
        named = -math.inf
        for value in self.values:
            place = self.at(value)
            near = place - named < room * (high - low)
            found.append((place, "" if near else f"{value:g}"))
            named = named if near else place
        return found


def powers(most: float) -> Ticks:
    """Ticks of a logarithmic axis from 1 on."""
    return [(float(exponent), f"{10**exponent:,}") for exponent in range(math.floor(math.log10(max(most, 1))) + 1)]
