"""What is being trained: progress, curves, the log, and what came of it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from rnd_lab.gui.times import duration
from rnd_lab.gui.toast import Toaster
from rnd_lab.gui.train.bars import ModelBar, Notice
from rnd_lab.gui.train.epoch_table import EpochTable
from rnd_lab.gui.train.plots import Plots
from rnd_lab.gui.train.recipe_part import ABOUT
from rnd_lab.gui.train.trainer import Snapshot
from rnd_lab.gui.views.image_frame import ElidedLabel
from rnd_lab.gui.widgets import empty_page
from rnd_lab.primitives.downloaded import megabytes
from rnd_lab.training.checkpoint import Epoch
from rnd_lab.training.run import TrainingRun

STEPS = 1000
EMPTY = (
    "Train a model of your own, and attack it.\n\nChoose a recipe on the left and press Train. The loss, and the "
    "accuracy with and without noise, are drawn here while it learns. Every finished epoch is kept: pause, stop, close "
    "or crash, and Resume goes on from there.\n\nThe recipe that is shown first, two epochs of fine-tuning on noise, "
    "takes about seven minutes on one processor core, and less on several or on a GPU. Standard training from random "
    "weights takes twelve times as long."
)


class TrainView(QWidget):
    """The right side of the page."""

    def __init__(self, toaster: Toaster) -> None:
        super().__init__()
        self.notice, self.model = Notice(), ModelBar()
        self.title, self.state = QLabel(), ElidedLabel()
        font = self.title.font()
        font.setPointSizeF(font.pointSizeF() * 1.2)
        font.setWeight(QFont.Weight.DemiBold)
        self.title.setFont(font)
        self.epoch, self.steps, self.left = QLabel(), QLabel(), QLabel()
        self.left.setToolTip("<p>Until the last epoch is finished; the model is measured afterwards.</p>")
        self.bar = QProgressBar()
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(12)
        self.plots, self.table = Plots(toaster), EpochTable()
        self.pages = QStackedWidget()
        self.pages.addWidget(empty_page(EMPTY))
        self.pages.addWidget(self._training_page())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(8)
        for bar in (self.notice, self.model):
            layout.addWidget(bar)
        layout.addWidget(self.pages, 1)
        self._run: TrainingRun | None = None
        self._log: tuple[Epoch, ...] = ()

    @property
    def run(self) -> TrainingRun | None:
        """The run that is shown."""
        return self._run

    def show_nothing(self) -> None:
        """There is no run to be shown."""
        self._run = None
        self.model.hide()
        self.pages.setCurrentIndex(0)

    def begin(self, run: TrainingRun, log: tuple[Epoch, ...] = ()) -> None:
        """Show a run and how far it is."""
        self._run = run
        self.model.hide()
        self.pages.setCurrentIndex(1)
        self.title.setText(f"{run.name}, {ABOUT[run.recipe.kind]['title']}")
        self.state.say("")
        self.bar.setRange(0, STEPS)
        self.plots.begin(run.recipe.epochs)
        self._log = log
        self.rest()

    def show_log(self, log: tuple[Epoch, ...]) -> None:
        """Show the finished epochs."""
        epochs = self._run.recipe.epochs if self._run else 1
        self._log = log
        self.plots.show_log(log)
        self.table.show_log(log)
        self.epoch.setText(f"{len(log)} of {epochs} epochs" if log else "")
        self.bar.setValue(STEPS * len(log) // epochs)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show where the training is."""
        progress, epochs = snapshot.progress, self._run.recipe.epochs if self._run else 1
        self.show_log(progress.log)
        self.plots.show_steps(snapshot, epochs)
        self.epoch.setText(f"Epoch {min(len(progress.log) + 1, epochs)} of {epochs}")
        self.steps.setText(f"step {progress.done:,} of {progress.total:,} · loss {progress.loss:.3f}")
        self.left.setText(f"about {duration(snapshot.left)} left" if snapshot.left else "")
        self.bar.setRange(0, STEPS)
        self.bar.setValue(STEPS * progress.done // progress.total)

    def show_doing(self, doing: str, done: int, total: int) -> None:
        """Show what is done besides training."""
        amount = megabytes(done, total) if doing.startswith("Downloading") else f"{done:,} of {total:,}"
        self.state.say(f"{doing}: {amount}" if total else f"{doing}…")
        self.bar.setRange(0, STEPS if total else 0)
        self.bar.setValue(STEPS * done // total if total else 0)
        self.left.setText("")

    def show_state(self, text: str) -> None:
        """Say what is going on."""
        self.state.say(text)

    def rest(self) -> None:
        """Nothing is being done."""
        self.steps.setText("")
        self.left.setText("")
        self.bar.setRange(0, STEPS)
        self.show_log(self._log)

    def _training_page(self) -> QWidget:
        page = QWidget()
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.state, 1)
        facts = QHBoxLayout()
        facts.setSpacing(18)
        for label in (self.epoch, self.steps, self.left):
            facts.addWidget(label)
        facts.addStretch(1)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.plots)
        parts.addWidget(self.table)
        parts.setStretchFactor(0, 1)
        parts.setSizes([600, 150])
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addLayout(facts)
        column.addWidget(parts, 1)
        return page
