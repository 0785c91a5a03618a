"""Measures accuracy over ν on a thread of its own."""

import time
from threading import Event

from PySide6.QtCore import QObject, QThread, Signal

from rnd_lab.evaluation.background import Ended
from rnd_lab.evaluation.stage import Stage, set_stage
from rnd_lab.evaluation.titles import model_title
from rnd_lab.experiments.duel import pick_device
from rnd_lab.game.calibrate import AccuracyCurve, Bools, CleanImages, ask_clean
from rnd_lab.game.forward import Forward
from rnd_lab.gui.calibrate.spec import CalibrationSpec
from rnd_lab.gui.explaining import explain
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.downloaded import megabytes
from rnd_lab.primitives.errors import Cancelled
from rnd_lab.reports.calibration import Calibrated

EVERY = 0.1
"""Seconds between two reports at least."""

Known = dict[tuple[object, ...], dict[float, Bools]]
"""What was measured: by model, images and seed, then by ν."""


class Measurer(QThread):
    """Measures one model after the other; one that cannot be measured does not stop the others.

    Signals: ``doing(place, text)`` in words, of the model at ``place``; ``progressed(done, total)`` in queries;
    ``measured(place, calibrated)`` after each ν; ``failed(place, text, details)``; ``over(ended)`` once, last.
    """

    doing = Signal(int, str)
    progressed = Signal(int, int)
    measured = Signal(int, object)
    failed = Signal(int, str, str)
    over = Signal(object)

    def __init__(self, spec: CalibrationSpec, device: str, known: Known, parent: QObject | None = None) -> None:
        """``known`` is what was measured before; it is not measured again, and what is measured now is added."""
        super().__init__(parent)
        self.spec = spec
        self._device, self._known = device, known
        self._stopped = Event()
        self._done = self._total = 0
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
        self.over.emit(ended)

    def _try(self, place: int, model: ModelSpec) -> None:
        before = self._done
        try:
            self._measure(place, model)
        except Cancelled:
            raise
        except Exception as error:  # whatever a foreign model raises
            self.failed.emit(place, *explain(error))
            self._done = before + self._total // len(self.spec.models)

    def _measure(self, place: int, model: ModelSpec) -> None:
        title, nus = model_title(model), self.spec.nus

        def tell(what: str, done: int, total: int) -> None:
            self._check()
            self.doing.emit(place, f"Downloading {what}: {megabytes(done, total)}")

        self.doing.emit(place, f"Loading {title}…")
        stage = set_stage(model, self.spec.data, pick_device(self._device), tell)
        self.doing.emit(place, f"Measuring {title}")
        count = len(stage.selection)
        self._total = count * len(nus) * len(self.spec.models)
        rows = self._known.setdefault(self._identity(stage), {})
        missing = [nu for nu in nus if nu not in rows]
        self._advance(count * (len(nus) - len(missing)))
        if 0 in rows:
            self._publish(place, stage, rows)
        batches = CleanImages(stage.classifier, stage.images, stage.selection, self.spec.seed)
        for step in ask_clean(Forward(stage.classifier.network), batches, missing):
            self._advance(step.images)
            if step.correct is not None:
                rows[step.nu] = step.correct
                self._publish(place, stage, rows)

    def _identity(self, stage: Stage) -> tuple[object, ...]:
        return stage.classifier.digest, stage.images.digest, stage.selection, self.spec.seed

    def _publish(self, place: int, stage: Stage, rows: dict[float, Bools]) -> None:
        curve = AccuracyCurve.of({nu: rows[nu] for nu in self.spec.nus if nu in rows})
        _ = curve.resampled_losses  # worked out here, or else the window would wait for it
        name = model_title(self.spec.models[place])
        self.measured.emit(place, Calibrated(name, stage.classifier.digest, curve))

    def _advance(self, queries: int) -> None:
        self._check()
        self._done += queries
        now = time.monotonic()
        if now >= self._told + EVERY or self._done == self._total:
            self._told = now
            self.progressed.emit(self._done, self._total)

    def _check(self) -> None:
        if self._stopped.is_set():
            raise Cancelled
