"""How long a run has been trained, without its pauses, and how long the rest takes."""

from collections.abc import Callable
from time import monotonic


class Clock:
    """Begins with the first step that it sees."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._first = 0
        self._began: float | None = None
        self._held: float | None = None

    def left(self, done: int, total: int) -> float | None:
        """Seconds that the rest of ``total`` steps takes now that ``done`` are; None where it is not known yet."""
        if self._began is None:
            self._first, self._began = done, self._now()
        steps, seconds = done - self._first, self._now() - self._began
        return seconds / steps * (total - done) if steps else None

    def hold(self) -> None:
        """A pause begins."""
        self._held = self._now()

    def go_on(self) -> None:
        """The pause is over."""
        if self._began is not None and self._held is not None:
            self._began += self._now() - self._held
        self._held = None
