"""What the window and the player's thread both see."""

from collections.abc import Callable
from enum import Enum
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

from rnd_lab.primitives.errors import Cancelled

if TYPE_CHECKING:
    from rnd_lab.experiments.run_spec import RunSpec


class State(Enum):
    """What the player is doing."""

    EMPTY = "empty"
    LOADING = "loading"
    READY = "ready"
    PLAYING = "playing"
    PAUSED = "paused"
    DONE = "done"


def image_set(spec: "RunSpec") -> str:
    """The name of the data set that a run's image is in; empty for an image by itself."""
    return spec.image.rpartition("#")[0]


class Wishes:
    """What both threads may look at without waiting: single values, each written by the window's thread only.

    ``latest`` numbers the newest request, ``needed`` is what it needs from outside; requests up to ``given_up`` are
    cancelled. ``taken`` is set when the window has handled the last snapshot (the worker clears it), ``closing`` when
    it closes.
    """

    def __init__(self) -> None:
        self.latest = 0
        self.given_up = 0
        self.needed: tuple[object, ...] = ()
        self.taken = Event()
        self.taken.set()
        self.closing = Event()

    def renew(self, spec: "RunSpec", device: str) -> int:
        """Number a new request."""
        self.needed = (spec.model, device), image_set(spec)
        self.latest += 1
        return self.latest

    def current(self, wish: int) -> bool:
        """Whether what the worker says of a request still matters."""
        return wish == self.latest and not self.closing.is_set()

    def give_up(self) -> None:
        """Cancel all requests so far."""
        self.given_up = self.latest


class Progress:
    """Hears of a download, tells of it ten times a second, and stops it when nobody waits for it any more."""

    def __init__(self, wishes: Wishes, wish: int, need: object, tell: Callable[[int, int, int], None]) -> None:
        self._wishes, self._wish, self._need, self._tell = wishes, wish, need, tell
        self._told_at = 0.0

    def __call__(self, done: int, total: int) -> None:
        wishes = self._wishes
        if wishes.closing.is_set() or self._wish <= wishes.given_up or self._need not in wishes.needed:
            raise Cancelled("The download was given up.")
        moment = monotonic()
        if moment - self._told_at >= 0.1 or done == total:
            self._told_at = moment
            self._tell(wishes.latest, done, total)
