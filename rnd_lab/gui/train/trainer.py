"""Trains on a thread of its own."""

from dataclasses import dataclass
from threading import Event
from time import monotonic
from typing import Literal

import torch
from PySide6.QtCore import QObject, QThread, Signal

from rnd_lab.experiments.duel import pick_device
from rnd_lab.gui.explaining import explain
from rnd_lab.gui.train.clock import Clock
from rnd_lab.gui.train.course import Course
from rnd_lab.models.card import ModelCard
from rnd_lab.primitives.cores import all_but_one
from rnd_lab.primitives.errors import Cancelled
from rnd_lab.training.loop import Progress
from rnd_lab.training.run import TrainingRun

FRAME = 0.1
"""Least seconds between two snapshots."""


@dataclass(frozen=True)
class Snapshot:
    """Where a run is: ``course`` holds the steps since it was begun or gone on with, and their losses.

    ``left`` are the seconds that the training still takes; None where they are not known.
    """

    progress: Progress
    course: tuple[tuple[int, ...], tuple[float, ...]]
    left: float | None


@dataclass(frozen=True)
class Ended:
    """How a run ended: with a model, by the user's wish, or with a message and its details."""

    how: Literal["finished", "stopped", "failed"]
    card: ModelCard | None = None
    message: str = ""
    details: str = ""


class Trainer(QThread):
    """Plays one training run. Whoever handles ``progressed`` sets ``taken`` afterwards; none queue up.

    Signals: ``progressed(snapshot)`` at most ten times a second, and at the end of every epoch; ``told(doing, done,
    total)`` what is done besides training; ``over(ended)`` once, last.
    """

    progressed = Signal(object)
    told = Signal(str, object, object)  # Qt's int ends at 2 GiB
    over = Signal(object)

    def __init__(self, spec: TrainingRun, device: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self.taken = Event()
        self.taken.set()
        self._device = device
        self._going, self._stopping = Event(), Event()
        self._going.set()
        self._course, self._clock = Course(), Clock()
        self._epochs = 0
        self._shown_at = self._told_at = 0.0
        self._doing = ""

    def pause(self) -> None:
        """Hold after the current step."""
        self._going.clear()

    def resume(self) -> None:
        """Go on."""
        self._going.set()

    def stop(self) -> None:
        """End after the current step; ``over`` tells when."""
        self._stopping.set()
        self._going.set()

    def run(self) -> None:
        try:
            torch.set_num_threads(all_but_one())
            ended = Ended("finished", self.spec.play(pick_device(self._device), self._report, self._tell))
        except Cancelled:
            ended = Ended("stopped")
        except Exception as error:
            ended = Ended("failed", None, *explain(error))
        torch.cuda.empty_cache()  # other tabs need the memory too
        self.over.emit(ended)

    def _report(self, progress: Progress) -> None:
        ended_epoch = len(progress.log) > self._epochs
        if not ended_epoch or not self._course.steps:
            self._course.see(progress.done, progress.loss)
        self._epochs = len(progress.log)
        left = self._clock.left(progress.done, progress.total)
        now = monotonic()
        due = self.taken.is_set() and now - self._shown_at >= FRAME
        if due or ended_epoch or not self._going.is_set():
            self._shown_at = now
            self.taken.clear()
            course = (tuple(self._course.steps), tuple(self._course.losses))
            self.progressed.emit(Snapshot(progress, course, left))
        self._gate()

    def _tell(self, doing: str, done: int, total: int) -> None:
        now = monotonic()
        if doing != self._doing or now - self._told_at >= FRAME:
            self._doing, self._told_at = doing, now
            self.told.emit(doing, done, total)
        self._gate()

    def _gate(self) -> None:
        if not self._going.is_set():
            self._clock.hold()
            self._going.wait()
            self._clock.go_on()
        if self._stopping.is_set():
            raise Cancelled("The training was stopped.")
