"""How fast queries are made, and how long the rest takes."""

from collections import deque
from collections.abc import Callable
from time import monotonic

WINDOW = 3.0
"""Seconds of the past that the speed is an average of."""
PAUSE = 4.0
"""A gap this many times longer than the one before it (and over a second) is a pause, not slowness."""


class Pace:
    """Speed of one side, from the moments at which its count of queries was seen."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()
        self._gap = 1.0

    def see(self, queries: int) -> None:
        """Take note of a count; one that fell belongs to a new game."""
        moment = self._clock()
        if self._seen:
            last, count = self._seen[-1]
            gap = moment - last
            if queries < count or gap > max(1.0, PAUSE * self._gap):
                self._seen.clear()
            elif gap > 0:
                self._gap = gap
        self._seen.append((moment, queries))
        while len(self._seen) > 2 and moment - self._seen[1][0] > WINDOW:
            self._seen.popleft()

    @property
    def speed(self) -> float:
        """Queries a second; 0 where it is not known yet."""
        if len(self._seen) < 2:
            return 0.0
        (start, before), (end, after) = self._seen[0], self._seen[-1]
        return (after - before) / (end - start) if end > start else 0.0

    def left(self, queries: int) -> float | None:
        """Seconds that so many more queries take; None where it is not known yet."""
        return queries / self.speed if self.speed else None
