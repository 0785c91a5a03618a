"""Evaluations over data sets: the form on the left, what is being played on the right."""

from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.evaluation.background import Ended
from rnd_lab.evaluation.run import Progress
from rnd_lab.evaluation.spec import DefendedModel, EvaluationSpec, read_evaluation
from rnd_lab.game.threat import ThreatModel
from rnd_lab.gui.batch.errands import Errands
from rnd_lab.gui.batch.following import follow
from rnd_lab.gui.batch.form import BatchForm
from rnd_lab.gui.batch.reckoning import Reckoning
from rnd_lab.gui.batch.run_bar import BatchState
from rnd_lab.gui.batch.run_view import RunView
from rnd_lab.gui.batch.runner import Runner
from rnd_lab.gui.doing import Doing
from rnd_lab.gui.draft import Draft
from rnd_lab.gui.kinds import JSON
from rnd_lab.gui.page import put_beside
from rnd_lab.gui.places import Places
from rnd_lab.gui.save_question import ask_where
from rnd_lab.gui.toast import Toaster
from rnd_lab.gui.words import sentence
from rnd_lab.models.spec import MODEL_SUFFIXES, ModelSpec
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.files import write_whole
from rnd_lab.results.database import Database, Unfinished

FIRST = EvaluationSpec(models=(DefendedModel(), DefendedModel(defense=(RndSpec(),))), threat=ThreatModel(budget=1_000))
"""What the form shows the first time."""
STATES = {
    BatchState.IDLE: "",
    BatchState.PLAYING: "Playing",
    BatchState.PAUSED: "Paused",
    BatchState.STOPPING: "Stopping…",
}
SAYS = {
    BatchState.IDLE: "Space runs the evaluation",
    BatchState.PLAYING: "An evaluation is run: Space pauses; the Attack tab can be used meanwhile",
    BatchState.PAUSED: "Paused: Space goes on",
    BatchState.STOPPING: "Stopping…",
}
ENDS = {"finished": "Finished", "stopped": "Stopped: Run goes on from here", "failed": "Failed"}


class BatchTab(QWidget):
    """Joins the form, the runner and the view.

    Signals: ``state_changed(state)``; ``changed(number)`` at most twice a second while evaluation ``number`` is
    written to the results file.
    """

    state_changed = Signal(object)
    changed = Signal(int)
    takes = "a folder, an .npz, a model or an evaluation"

    def __init__(self, places: Places, toaster: Toaster, device: str) -> None:
        super().__init__()
        self.places, self.toaster, self.device = places, toaster, device
        self.state = BatchState.IDLE
        self.runner: Runner | None = None
        self.waiting: list[EvaluationSpec] = []
        self.draft = Draft(self._last(), self)
        self.form, self.view = BatchForm(self.draft), RunView()
        put_beside(self, self.form, self.view)
        self.errands = Errands(self)
        self.errands.failed.connect(toaster.error)
        self.reckoning = Reckoning(self.form, self.errands, device)
        self._connect()
        self.reckoning.soon()
        self._look_for_unfinished()

    @property
    def path(self) -> Path:
        """The results file."""
        return self.places.results

    @property
    def busy(self) -> bool:
        """Whether an evaluation is being run."""
        return self.state is not BatchState.IDLE

    @property
    def doing(self) -> Doing:
        """What the actions can do here."""
        bar = self.form.run_bar
        stack = None if self.busy else self.draft.stack
        can_stop = self.state in (BatchState.PLAYING, BatchState.PAUSED)
        return Doing(SAYS[self.state], bar.start.text(), bar.can_start, can_stop=can_stop, parameters=stack)

    def set_device(self, name: str) -> None:
        """Choose where the models are computed from the next run on."""
        self.device = self.reckoning.device = name
        self.reckoning.soon()

    def run_or_pause(self) -> None:
        """Run the evaluation of the form, or pause or resume the one that is run."""
        if self.state is BatchState.PLAYING and self.runner:
            self.runner.pause()
            self._become(BatchState.PAUSED)
        elif self.state is BatchState.PAUSED and self.runner:
            self.runner.resume()
            self._become(BatchState.PLAYING)
        elif not self.busy and self.form.commit():
            self._run(self.draft.spec)

    def stop(self) -> None:
        """End the run; what is finished is kept."""
        if self.runner and self.state in (BatchState.PLAYING, BatchState.PAUSED):
            self.runner.stop()
            self._become(BatchState.STOPPING)

    def load(self, spec: EvaluationSpec) -> None:
        """Show an evaluation in the form."""
        if self.busy:
            self.toaster.info("An evaluation is being run. Stop it, or wait until it ends, to set up another one.")
            return
        self.draft.take(spec, f"Evaluation {spec.name}")

    def run_or_wait(self, spec: EvaluationSpec) -> None:
        """Run an evaluation, or put it on the list where another one is being run."""
        if self.busy:
            self.waiting.append(spec)
            self.toaster.info(f"“{spec.name}” is run as soon as this evaluation ends.")
            self._show_waiting()
            return
        self.load(spec)
        self._run(spec)

    def open_path(self, path: Path) -> bool:
        """Open an evaluation, images, or a model; returns whether the file is one of these."""
        suffix = path.suffix.lower()
        if not path.is_dir() and suffix not in (".json", ".npz", *MODEL_SUFFIXES):
            return False
        if self.busy:
            self.toaster.info("The form is locked while an evaluation is run.")
        elif suffix == ".json":
            self._open(path)
        elif suffix in MODEL_SUFFIXES:
            added = DefendedModel(model=ModelSpec(source=str(path)))
            self._take("models", (*self.draft.spec.models, added), "Defended models")
        else:
            data = self.draft.spec.data.model_copy(update={"source": str(path), "labels": None})
            self._take("data", data, "Images")
        return True

    def _take(self, field: str, value: object, text: str) -> None:
        """Put another value into the form, and what follows from it."""
        values = dict(self.draft.spec) | {field: value}
        try:
            self.draft.take(EvaluationSpec(**values | follow(self.draft.spec, values)), text)
        except ValidationError as error:
            self.toaster.error(sentence(error))

    def ask_to_open(self) -> None:
        """Ask for a saved evaluation."""
        name, _ = QFileDialog.getOpenFileName(self, "Open evaluation", str(Path.home()), JSON)
        if name:
            self.open_path(Path(name))

    def ask_to_save(self) -> None:
        """Ask where to save the evaluation of the form."""
        if not self.form.commit():
            self.toaster.warn("This is no evaluation yet.", self.form.run_bar.problem.text())
            return
        path, _ = ask_where(self, "Save evaluation", Path.home() / f"{self.draft.spec.name}.json", JSON)
        if path:
            self._save(path)

    def finish(self) -> None:
        """Stop what is being run, keep the form, and join all threads."""
        self.reckoning.finish()
        self.waiting.clear()
        if runner := self.runner:
            self.runner = None
            runner.stop()
            runner.wait()
        self.errands.close()
        self._save_to(self.places.evaluation)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.reckoning.look_again()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.reckoning.look_again()

    def _connect(self) -> None:
        form, view = self.form, self.view
        form.run_bar.start_wanted.connect(self.run_or_pause)
        form.run_bar.stop_wanted.connect(self.stop)
        form.name.open_wanted.connect(self.ask_to_open)
        form.name.save_wanted.connect(self.ask_to_save)
        form.name.shipped_wanted.connect(self.load)
        form.data.opened.connect(self.open_path)
        form.judged.connect(lambda: self.state_changed.emit(self.state))
        view.resume.wanted.connect(self._resume)
        view.waiting.wanted.connect(self._run_next)
        view.waiting.dropped.connect(self._drop_waiting)

    # Running

    def _run(self, spec: EvaluationSpec) -> None:
        self.view.resume.hide()
        self.view.begin(spec.name)
        self.runner = runner = Runner(spec, self.path, self.device, self)
        runner.progressed.connect(self._show_progress)
        runner.rows_changed.connect(self.view.table.cells.put)
        runner.warned.connect(self.view.warn)
        runner.changed.connect(self.changed)
        runner.over.connect(self._over)
        self._become(BatchState.PLAYING)
        self.view.show_state("Starting…")
        runner.start()

    def _show_progress(self, progress: Progress) -> None:
        self.view.show_progress(progress)
        if self.state is BatchState.PLAYING:
            self.view.show_state(progress.doing or STATES[self.state])

    def _over(self, ended: Ended) -> None:
        if not self.runner:
            return  # the window is being closed
        self.runner.wait()
        self.runner.deleteLater()
        self.runner = None
        self._become(BatchState.IDLE)
        self.view.rest()
        self.view.show_state(ENDS[ended.how])
        self.reckoning.soon()
        if ended.how == "failed":
            self.toaster.error(ended.message, ended.details)
        if ended.how == "finished" and self.waiting:
            self._run_next()

    def _become(self, state: BatchState) -> None:
        self.state = state
        self.form.lock(self.busy)
        self.reckoning.timing = not self.busy
        self.form.run_bar.show_state(state)
        self.view.show_state(STATES[state])
        self._show_waiting()
        self.state_changed.emit(state)

    def _run_next(self) -> None:
        self.run_or_wait(self.waiting.pop(0))

    def _drop_waiting(self) -> None:
        self.waiting.clear()
        self._show_waiting()

    def _show_waiting(self) -> None:
        self.view.waiting.show_waiting(self.waiting, not self.busy)

    # What was not finished

    def _look_for_unfinished(self) -> None:
        path = self.path

        def look() -> tuple[EvaluationSpec, Unfinished] | None:
            if not path.is_file():
                return None
            with Database(path, create=False) as database:
                for found in database.unfinished():
                    with suppress(ValidationError):  # of another version of the lab; the Results tab tells of it
                        return EvaluationSpec.model_validate_json(found.evaluation.spec), found
            return None

        self.errands.do(look, self._offer, lambda error: self.toaster.warn(str(error)))

    def _offer(self, found: tuple[EvaluationSpec, Unfinished] | None) -> None:
        if found and not self.busy:
            self.view.resume.offer(*found)

    def _resume(self) -> None:
        if spec := self.view.resume.spec:
            self.run_or_wait(spec)

    # Files

    def _last(self) -> EvaluationSpec:
        """The evaluation of the last session, or the first one."""
        if not self.places.evaluation.exists():
            return FIRST
        try:
            return read_evaluation(self.places.evaluation)
        except LabError as error:
            self.toaster.warn("The last evaluation could not be read back.", str(error))
            return FIRST

    def _open(self, path: Path) -> None:
        try:
            self.load(read_evaluation(path))
        except LabError as error:
            self.toaster.error("This evaluation cannot be opened.", str(error))

    def _save(self, path: Path) -> None:
        if self._save_to(path):
            self.toaster.info(f"Saved: {path}")

    def _save_to(self, path: Path) -> bool:
        try:
            write_whole(path, self.draft.spec.model_dump_json(indent=1) + "\n")
        except OSError as error:
            self.toaster.error(f"The evaluation cannot be saved as {path}.", str(error))
            return False
        return True
