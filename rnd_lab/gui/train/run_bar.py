"""The buttons that train, pause and stop: always in view below the form."""

from enum import Enum, auto

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStyle, QVBoxLayout, QWidget

from rnd_lab.gui.train.primary import PrimaryButton
from rnd_lab.gui.widgets import IconButton, Muted, Problem


class TrainState(Enum):
    """What the page is doing; BEGUN is idle too, with a run that can go on."""

    IDLE = auto()
    BEGUN = auto()
    TRAINING = auto()
    PAUSED = auto()
    STOPPING = auto()


BUSY = (TrainState.TRAINING, TrainState.PAUSED, TrainState.STOPPING)
TEXTS = {
    TrainState.IDLE: ("Train", "play"),
    TrainState.BEGUN: ("Resume", "play"),
    TrainState.TRAINING: ("Pause", "pause"),
    TrainState.PAUSED: ("Resume", "play"),
    TrainState.STOPPING: ("Stopping…", "play"),
}


class TrainBar(QWidget):
    """The big button and its companion.

    Signals: ``run_wanted()`` (which also means pause and resume), ``stop_wanted()``.
    """

    run_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._state, self._wrong, self._done = TrainState.IDLE, "", False
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Plain)
        line.setForegroundRole(line.palette().ColorRole.Mid)
        self.problem, self.note = Problem(), Muted()
        self.run = PrimaryButton()
        font = self.run.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        font.setWeight(QFont.Weight.DemiBold)
        self.run.setFont(font)
        tip = "Stop; finished epochs are kept, and Resume goes on after the last of them (Esc)"
        self.stop = IconButton("mdi6.stop", tip, "Stop")
        row = QHBoxLayout()
        row.setSpacing(6)
        for button, signal, stretch in ((self.run, self.run_wanted, 1), (self.stop, self.stop_wanted, 0)):
            button.clicked.connect(signal)
            button.setMinimumHeight(38)
            row.addWidget(button, stretch)
        layout = QVBoxLayout(self)
        extent = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        layout.setContentsMargins(12, 0, 12 + extent, 10)
        layout.setSpacing(8)
        for widget in (line, self.problem, self.note):
            layout.addWidget(widget)
        layout.addLayout(row)
        self.show_state(TrainState.IDLE)

    @property
    def can_start(self) -> bool:
        """Whether the big button does something."""
        blocked = self._state not in BUSY and (self._wrong or self._done)
        return self._state is not TrainState.STOPPING and not blocked

    def explain(self, problem: str) -> None:
        """Say why the form is no run; empty: it is one."""
        self._wrong = problem
        self.problem.say(problem)
        self.show_state(self._state)

    def remark(self, note: str, *, done: bool = False) -> None:
        """Say something about the run; with ``done`` there is nothing left to be trained."""
        self._done = done
        self.note.setText(note)
        self.show_state(self._state)

    def show_state(self, state: TrainState) -> None:
        """Offer what makes sense in a state."""
        self._state = state
        text, name = TEXTS[state]
        self.run.show_text(text, f"mdi6.{name}")
        self.run.setToolTip(f"{text} (Space or F5)")
        self.run.setEnabled(self.can_start)
        self.stop.setEnabled(state in (TrainState.TRAINING, TrainState.PAUSED))
        self.note.setVisible(bool(self.note.text()) and not self._wrong)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.run.restyle()
