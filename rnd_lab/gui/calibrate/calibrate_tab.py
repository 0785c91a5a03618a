"""How much noise models bear: the form on the left, accuracy over ν and the answers on the right."""

from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from rnd_lab.evaluation.background import Ended
from rnd_lab.evaluation.estimate import count_images
from rnd_lab.evaluation.titles import model_titles
from rnd_lab.gui.batch.errands import Errands
from rnd_lab.gui.calibrate.form import CalibrationForm
from rnd_lab.gui.calibrate.result_view import ResultView
from rnd_lab.gui.calibrate.run_bar import MeasureState
from rnd_lab.gui.calibrate.spec import CalibrationSpec
from rnd_lab.gui.calibrate.worker import Measurer
from rnd_lab.gui.doing import Doing
from rnd_lab.gui.page import put_beside
from rnd_lab.gui.places import Places
from rnd_lab.gui.toast import Toaster
from rnd_lab.models.spec import MODEL_SUFFIXES
from rnd_lab.primitives.amounts import amount
from rnd_lab.primitives.files import write_whole

PAUSE_BEFORE_COUNTING = 250
"""Milliseconds without another change before the queries are counted."""
SAYS = {
    MeasureState.IDLE: "Space measures how much noise the models bear",
    MeasureState.MEASURING: "Measuring: Space stops; what is measured is kept",
    MeasureState.STOPPING: "Stopping…",
}
NOTHING = "Nothing can be measured: see the form"
ACTIONS = {MeasureState.IDLE: "Measure", MeasureState.MEASURING: "Stop", MeasureState.STOPPING: "Stopping…"}
"""What :meth:`CalibrateTab.run_or_pause` does."""
ENDS = {"finished": "Finished", "stopped": "Stopped: Measure goes on from here"}


class CalibrateTab(QWidget):
    """Joins the form, the worker and the view.

    Signals: ``state_changed()``; ``use_wanted(model, stack)``, a ModelSpec and RND of the largest ν that it bears, in
    front of what is inside it.
    """

    state_changed = Signal()
    use_wanted = Signal(object, object)
    takes = "a folder, an .npz or a model"

    def __init__(self, places: Places, toaster: Toaster, device: str) -> None:
        super().__init__()
        self.places, self.toaster, self.device = places, toaster, device
        self.worker: Measurer | None = None
        self._stopping = False
        self.form, self.view = CalibrationForm(self._last()), ResultView(toaster)
        put_beside(self, self.form, self.view)
        self.errands = Errands(self)
        self.errands.failed.connect(toaster.error)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_BEFORE_COUNTING)
        self._timer.timeout.connect(self._count)
        self.form.changed.connect(self._form_changed)
        self.form.run_bar.start_wanted.connect(self.run_or_pause)
        self.form.run_bar.stop_wanted.connect(self.stop)
        self.form.run_bar.reconsidered.connect(self.state_changed)
        self.view.use_wanted.connect(self.use_wanted)

    @property
    def state(self) -> MeasureState:
        """What the tab is doing."""
        if not self.busy:
            return MeasureState.IDLE
        return MeasureState.STOPPING if self._stopping else MeasureState.MEASURING

    @property
    def busy(self) -> bool:
        """Whether something is being measured."""
        return self.worker is not None

    @property
    def start_text(self) -> str:
        """What :meth:`run_or_pause` does now."""
        return ACTIONS[self.state]

    @property
    def can_start(self) -> bool:
        """Whether :meth:`run_or_pause` does something."""
        return self.can_stop or self.form.run_bar.can_start

    @property
    def can_stop(self) -> bool:
        """Whether :meth:`stop` does something."""
        return self.state is MeasureState.MEASURING

    @property
    def doing(self) -> Doing:
        """What the actions can do here."""
        says = SAYS[self.state] if self.can_start or self.busy else NOTHING
        return Doing(says, self.start_text, self.can_start, can_stop=self.can_stop)

    def set_device(self, name: str) -> None:
        """Choose where the models are computed from the next measurement on."""
        self.device = name

    def add_torchvision(self, names: tuple[str, ...]) -> None:
        """Offer torchvision's models."""
        self.form.models.torchvision = names

    def open_path(self, path: Path) -> bool:
        """Take images or a model into the form; returns whether the file is one of these."""
        if not path.is_dir() and path.suffix.lower() not in (".npz", *MODEL_SUFFIXES):
            return False
        if self.busy:
            self.toaster.info("The form is locked while something is measured.")
        else:
            self.form.open_path(path)
        return True

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self._count()

    def run_or_pause(self) -> None:
        """Measure what the form says, or stop."""
        if self.busy:
            self.stop()
        elif self.form.commit():
            self._count()
            self._run(self.form.spec)

    def stop(self) -> None:
        """End the measurement; every ν that is finished is kept."""
        if self.worker and not self._stopping:
            self._stopping = True
            self.worker.stop()
            self.view.progress.state.say("Stopping…")
            self._show_state()

    def finish(self) -> None:
        """Stop what is being measured, keep the form, and join all threads."""
        self._timer.stop()
        if worker := self.worker:
            self.worker = None
            worker.stop()
            worker.wait()
        self.errands.close()
        try:
            write_whole(self.places.calibration, self.form.spec.model_dump_json(indent=1) + "\n")
        except OSError as error:
            self.toaster.warn("The form of the Calibrate tab could not be saved.", str(error))

    def _run(self, spec: CalibrationSpec) -> None:
        titles = model_titles(spec.models)
        self.view.begin(spec, [titles[it] for it in spec.models])
        self.worker = worker = Measurer(spec, self.device, self.places.measured, self)
        worker.doing.connect(self._show_doing)
        worker.progressed.connect(self.view.progress.show_progress)
        worker.measured.connect(self.view.show_found)
        worker.warned.connect(self.toaster.warn)
        worker.failed.connect(self._fail)
        worker.over.connect(self._over)
        self._show_state()
        worker.start()

    def _show_doing(self, place: int, text: str) -> None:
        if not self._stopping:
            self.view.progress.state.say(text)
        if self.view.rows[place].state == "waiting":  # a download tells often
            self.view.show_state(place, "measuring")

    def _fail(self, place: int, text: str, details: str) -> None:
        self.view.show_state(place, "error", text)
        self.toaster.error(text, details)

    def _over(self, ended: Ended) -> None:
        if not self.worker:
            return  # the window is being closed
        self.worker.wait()
        self.worker.deleteLater()
        self.worker, self._stopping = None, False
        failures = sum(bool(row.problem) for row in self.view.rows)
        many = f"{failures} of {len(self.view.rows)} models could not be measured"
        self.view.progress.state.say(f"{ENDS[ended.how]}{f'; {many}' if failures else ''}")
        self.view.rest()
        self._show_state()

    def _show_state(self) -> None:
        self.form.lock(self.busy)
        self.form.run_bar.show_state(self.state)
        self.state_changed.emit()

    def _form_changed(self) -> None:
        self.view.allow(self.form.spec)
        self._timer.start()
        self.state_changed.emit()

    def _count(self) -> None:
        """Count the queries, and look whether the images are there."""
        spec = self.form.spec
        self.errands.do(
            lambda: count_images(spec.data),
            lambda images: self._show_count(spec, _effort(spec, images)),
            lambda error: self._show_count(spec, problem=str(error)),
        )

    def _show_count(self, spec: CalibrationSpec, effort: str = "", problem: str = "") -> None:
        """A problem does not forbid to measure: the images may be there again by then."""
        if spec == self.form.spec:
            self.form.run_bar.effort.setText(effort)
            self.form.data.problem.say(problem)

    def _last(self) -> CalibrationSpec:
        """The form of the last session, or the first one."""
        if not self.places.calibration.exists():
            return CalibrationSpec()
        try:
            return CalibrationSpec.model_validate_json(self.places.calibration.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, ValidationError) as error:
            self.toaster.warn("The last form of the Calibrate tab could not be read back.", str(error))
            return CalibrationSpec()


def _effort(spec: CalibrationSpec, images: int) -> str:
    models, nus = len(spec.models), len(spec.nus)
    queries = amount(models * nus * images, "queries")
    return f"{amount(models, 'models')} × {nus} ν × {amount(images, 'images')} = {queries}"
