"""Measures accuracy over ν on a thread of its own."""

import time
from pathlib import Path
from threading import Event

import torch
from PySide6.QtCore import QObject, QThread, Signal

from rnd_lab.evaluation.background import Ended
from rnd_lab.evaluation.stage import set_stage
from rnd_lab.evaluation.titles import model_title
from rnd_lab.experiments.duel import pick_device
from rnd_lab.game.calibrate import AccuracyCurve, CleanImages, ask_clean, defense_inside
from rnd_lab.game.forward import Forward
from rnd_lab.gui.calibrate.kept import KeptRows
from rnd_lab.gui.calibrate.spec import CalibrationSpec
from rnd_lab.gui.explaining import explain
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.downloaded import megabytes
from rnd_lab.primitives.errors import Cancelled
from rnd_lab.reports.calibration import Calibrated

EVERY = 0.1
"""Seconds between two reports at least."""


class Measurer(QThread):
    """Measures one model after the other; one that cannot be measured does not stop the others.

    Signals: ``doing(place, text)`` in words, of the model at ``place``; ``progressed(done, total)`` in queries;
    ``measured(place, calibrated)`` after each ν; ``warned(text)`` of something damaged that is measured again;
    ``failed(place, text, details)``; ``over(ended)`` once, last.
    """

    doing = Signal(int, str)
    progressed = Signal(int, int)
    measured = Signal(int, object)
    warned = Signal(str)
    failed = Signal(int, str, str)
    over = Signal(object)

    def __init__(self, spec: CalibrationSpec, device: str, folder: Path, parent: QObject | None = None) -> None:
        """``folder`` keeps what was measured before: it is not measured again, and what is measured now is added."""
        super().__init__(parent)
        self.spec = spec
        self._device, self._folder = device, folder
        self._stopped = Event()
        self._done = self._each = 0  # queries; 0 of each model as long as nobody knows how many images there are
        self._told = 0.0

    def stop(self) -> None:
        """End after the current batch; ``over`` tells when."""
        self._stopped.set()

    def run(self) -> None:
        try:
            for place, model in enumerate(self.spec.models):
                self._try(place, model)
            ended = Ended("finished")
        except Cancelled:
            ended = Ended("stopped")
        torch.cuda.empty_cache()  # other tabs and evaluations need the memory too
        self.over.emit(ended)

    def _try(self, place: int, model: ModelSpec) -> None:
        try:
            self._measure(place, model)
        except Cancelled:
            raise
        except Exception as error:  # whatever a foreign model raises
            self.failed.emit(place, *explain(error))
            self._reach((place + 1) * self._each)

    def _measure(self, place: int, model: ModelSpec) -> None:
        title, nus = model_title(model), self.spec.nus

        def tell(what: str, done: int, total: int) -> None:
            self._check()
            self.doing.emit(place, f"Downloading {what}: {megabytes(done, total)}")

        self.doing.emit(place, f"Loading {title}…")
        stage = set_stage(model, self.spec.data, pick_device(self._device), tell)
        inside = defense_inside(model)
        self.doing.emit(place, " with ".join([f"Measuring {title}", *(it.title for it in inside)]))
        count = len(stage.selection)
        self._each = count * len(nus)
        kept = KeptRows(self._folder, stage, inside, self.spec.seed)
        rows = kept.read(nus, self.warned.emit)

        def publish() -> None:
            curve = AccuracyCurve.of(rows)
            _ = curve.resampled_losses  # worked out here, or else the window would wait for it
            self.measured.emit(place, Calibrated(title, stage.classifier.digest, curve, inside))

        self._reach(place * self._each + count * len(rows))
        if 0 in rows:
            publish()
        batches = CleanImages(stage.classifier, stage.images, stage.selection, self.spec.seed)
        missing = [nu for nu in nus if nu not in rows]
        for step in ask_clean(Forward(stage.classifier.network), batches, missing, inside):
            self._reach(self._done + step.images)
            if step.correct is not None:
                rows[step.nu] = step.correct
                kept.write(step.nu, step.correct)
                publish()

    def _reach(self, done: int) -> None:
        """So many queries are made, or need not be."""
        self._check()
        self._done, total = done, self._each * len(self.spec.models)
        now = time.monotonic()
        if total and (now >= self._told + EVERY or done == total):
            self._told = now
            self.progressed.emit(done, total)

    def _check(self) -> None:
        if self._stopped.is_set():
            raise Cancelled
