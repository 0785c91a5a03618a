"""Train a model: the recipe on the left, how it goes on the right."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from rnd_lab.gui.batch.errands import Errands
from rnd_lab.gui.doing import Doing
from rnd_lab.gui.draft import Draft
from rnd_lab.gui.page import put_beside
from rnd_lab.gui.places import Places
from rnd_lab.gui.toast import Toaster
from rnd_lab.gui.train.form import TrainForm
from rnd_lab.gui.train.result_part import usual_name
from rnd_lab.gui.train.run_bar import BUSY, TrainState
from rnd_lab.gui.train.seen import Seen, see, telling
from rnd_lab.gui.train.train_view import TrainView
from rnd_lab.gui.train.trainer import Ended, Snapshot, Trainer
from rnd_lab.models.spec import WEIGHT_SUFFIXES, ModelSpec
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.files import write_whole
from rnd_lab.training.checkpoint import another_run
from rnd_lab.training.gf import GfRecipe
from rnd_lab.training.run import TrainingRun
from rnd_lab.training.start import PLAIN

STATES = {
    TrainState.IDLE: "",
    TrainState.BEGUN: "",
    TrainState.TRAINING: "Training",
    TrainState.PAUSED: "Paused",
    TrainState.STOPPING: "Stopping after this step…",
}
SAYS = {
    TrainState.IDLE: "Space trains the model",
    TrainState.BEGUN: "Space goes on with the training",
    TrainState.TRAINING: "A model is trained: Space pauses; the other tabs can be used meanwhile",
    TrainState.PAUSED: "Paused: Space goes on",
    TrainState.STOPPING: "Stopping…",
}
NOTHING = "Nothing can be trained: see the form"
ENDS = {"finished": "Finished", "stopped": "Stopped", "failed": "Failed"}


class TrainTab(QWidget):
    """Joins the form, the trainer and the view.

    Signals: ``state_changed()`` whenever what can be started or stopped may have changed; ``use_wanted(model, stack)``
    with the ModelSpec of a trained model that the user wants to attack, and the defense inside it, if it has one.
    """

    state_changed = Signal()
    use_wanted = Signal(object, object)
    takes = "a folder or an .npz of CIFAR-10, or weights to start from,"

    def __init__(self, places: Places, toaster: Toaster, device: str) -> None:
        super().__init__()
        self.places, self.toaster = places, toaster
        self.state = TrainState.IDLE
        self.trainer: Trainer | None = None
        self.seen = Seen(None, None)
        self._failure = ""
        self.draft = Draft(self._last(), self)
        self.form, self.view = TrainForm(self.draft, places.trained, device), TrainView(toaster)
        put_beside(self, self.form, self.view)
        self.errands = Errands(self)
        self.errands.failed.connect(toaster.error)
        self._connect()
        self._look()

    @property
    def busy(self) -> bool:
        """Whether a model is being trained."""
        return self.state in BUSY

    @property
    def start_text(self) -> str:
        """What the big button says."""
        return self.form.run_bar.start.text()

    @property
    def can_start(self) -> bool:
        """Whether :meth:`run_or_pause` does something."""
        return self.form.run_bar.can_start

    @property
    def can_stop(self) -> bool:
        """Whether :meth:`stop` does something."""
        return self.state in (TrainState.TRAINING, TrainState.PAUSED)

    @property
    def doing(self) -> Doing:
        """What the actions can do here."""
        stack = None if self.busy else self.draft.stack
        says = SAYS[self.state] if self.can_start or self.busy else NOTHING
        return Doing(says, self.start_text, self.can_start, can_stop=self.can_stop, parameters=stack)

    def set_device(self, name: str) -> None:
        """Choose where models are trained from the next run on."""
        self.form.show_device(name)

    def run_or_pause(self) -> None:
        """Train what the form says, or go on with it; pause or resume the training that is going on."""
        if self.state is TrainState.TRAINING and self.trainer:
            self.trainer.pause()
            self._become(TrainState.PAUSED)
        elif self.state is TrainState.PAUSED and self.trainer:
            self.trainer.resume()
            self._become(TrainState.TRAINING)
        elif not self.busy and self.form.commit() and self.can_start:
            self._start(self.draft.spec)

    def stop(self) -> None:
        """End the training; what was kept of it stays."""
        if self.trainer and self.can_stop:
            self.trainer.stop()
            self._become(TrainState.STOPPING)

    def open_path(self, path: Path) -> bool:
        """Take images, or weights to start from; returns whether the path is one of these."""
        suffix = path.suffix.lower()
        if not path.is_dir() and suffix not in (".npz", *WEIGHT_SUFFIXES):
            return False
        if self.busy:
            self.toaster.info("The form is locked while a model is trained.")
        elif suffix in WEIGHT_SUFFIXES:
            self.form.start.take(str(path))
        else:
            self.form.images.take(path)
        return True

    def finish(self) -> None:
        """Stop the training, keep the form, and join all threads. May be called again."""
        if trainer := self.trainer:
            self.trainer = None
            trainer.stop()
            trainer.wait()
        self.errands.close()
        self._keep()

    def _connect(self) -> None:
        form, view = self.form, self.view
        form.run_bar.start_wanted.connect(self.run_or_pause)
        form.run_bar.stop_wanted.connect(self.stop)
        form.run_bar.reconsidered.connect(self.state_changed)
        form.judged.connect(self._judged)
        for line in (form.result.name, form.result.out.line):
            line.textEdited.connect(self._unblock)  # F5 is to take what has just been typed
        view.model.use_wanted.connect(self._use)
        view.model.name_wanted.connect(form.result.rename)
        view.notice.name_wanted.connect(form.result.rename)
        view.notice.recipe_wanted.connect(self._take_recipe)

    # Running

    def _start(self, run: TrainingRun) -> None:
        self._keep()
        self._failure = ""
        self.view.notice.say("")
        self.view.begin(run, self.seen.found.log if self.seen.found else ())
        self.trainer = trainer = Trainer(run, self.form.device.currentText(), self)
        trainer.progressed.connect(self._show_progress)
        trainer.told.connect(self._show_doing)
        trainer.over.connect(self._over)
        self._become(TrainState.TRAINING)
        self.view.show_state("Starting…")
        trainer.start()

    def _show_progress(self, snapshot: Snapshot) -> None:
        if not self.trainer:
            return  # the window is being closed
        self.view.show_snapshot(snapshot)
        self.view.show_state(STATES[self.state])
        self.trainer.taken.set()

    def _show_doing(self, doing: str, done: int, total: int) -> None:
        if self.state is TrainState.TRAINING:
            self.view.show_doing(doing, done, total)

    def _over(self, ended: Ended) -> None:
        if not self.trainer:
            return  # the window is being closed
        self.trainer.wait()
        self.trainer.deleteLater()
        self.trainer = None
        self._become(TrainState.IDLE)
        self.view.rest()
        self.view.show_state(ENDS[ended.how])
        if ended.card:
            self.view.model.show_model(self.draft.spec, ended.card)
            if not self.isVisible():
                self.toaster.info(f"“{ended.card.name}” is trained, measured and saved.")
        if ended.how == "failed":
            self._failure = ended.message
            if ended.details or not self.isVisible():
                self.toaster.error(ended.message, ended.details)
        self._look()

    def _become(self, state: TrainState) -> None:
        self.state = state
        self.form.lock(self.busy)
        self.form.run_bar.show_state(state)
        self.view.show_state(STATES[state])
        self.state_changed.emit()

    # What is there already

    def _judged(self) -> None:
        self._failure, self.seen = "", Seen(None, None)
        self._unblock()
        self._look()

    def _unblock(self) -> None:
        self.form.run_bar.remark("")
        self.state_changed.emit()

    def _look(self) -> None:
        run = self.draft.spec
        self.errands.do(
            lambda: see(run), lambda seen: self._show_seen(run, seen), lambda error: self._block(run, error)
        )

    def _show_seen(self, run: TrainingRun, seen: Seen) -> None:
        if self.busy or run != self.draft.spec:
            return
        self.seen = seen
        if seen.found and not seen.fits(run):
            self._block(run, another_run(run.folder), recipe=seen.recipe is not None)
            return
        log = seen.found.log if seen.found else ()
        if self.view.run != run and log:
            self.view.begin(run, log)
        elif self.view.run != run:
            self.view.show_nothing()
        else:
            self.view.show_log(log)
        if seen.card:
            self.view.model.show_model(run, seen.card)
        told = telling(seen, run.recipe.epochs)
        self.view.notice.say(self._failure or told, warning=bool(self._failure), name=bool(self._failure and log))
        self.form.run_bar.remark(
            "This model is trained. Another name or recipe trains another one." if seen.card else "",
            done=bool(seen.card),
        )
        self._become_idle(TrainState.BEGUN if told else TrainState.IDLE)

    def _block(self, run: TrainingRun, error: LabError, *, recipe: bool = False) -> None:
        """Say why nothing can be trained in the folder under this name."""
        if self.busy or run != self.draft.spec:
            return
        self.view.show_nothing()
        self.view.notice.say(str(error), warning=True, recipe=recipe, name=True)
        self.form.run_bar.remark("This place is taken.", done=True)
        self._become_idle(TrainState.IDLE)

    def _become_idle(self, state: TrainState) -> None:
        self.state = state
        self.form.run_bar.show_state(state)
        self.state_changed.emit()

    def _take_recipe(self) -> None:
        if recipe := self.seen.recipe:
            self.form.recipe.take(recipe)

    def _use(self) -> None:
        if run := self.view.run:
            inside = run.recipe.defense
            self.use_wanted.emit(ModelSpec(source=str(run.weights)), (inside,) if inside else ())

    # Files

    def _last(self) -> TrainingRun:
        """The run of the last session, or the first one."""
        try:
            return TrainingRun.model_validate_json(self.places.training.read_text(encoding="utf-8"))
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            self.toaster.warn("The last training run could not be read back.", str(error))
        name = usual_name(GfRecipe())
        return TrainingRun(recipe=GfRecipe(), start=PLAIN, name=name, out=str(self.places.trained / name))

    def _keep(self) -> None:
        try:
            write_whole(self.places.training, self.draft.spec.model_dump_json(indent=1) + "\n")
        except OSError as error:
            self.toaster.warn("The settings of the training cannot be kept.", str(error))
