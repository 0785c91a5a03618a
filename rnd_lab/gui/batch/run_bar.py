"""How much the evaluation is, and the buttons that run it: always in view below the form."""

from enum import Enum, auto

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStyle, QVBoxLayout, QWidget

from rnd_lab.gui.panel.run_bar import PRIMARY
from rnd_lab.gui.widgets import IconButton, Muted, Problem, flat, icon


class BatchState(Enum):
    """What the tab is doing."""

    IDLE = auto()
    PLAYING = auto()
    PAUSED = auto()
    STOPPING = auto()


TEXTS = {
    BatchState.IDLE: ("Run", "play"),
    BatchState.PLAYING: ("Pause", "pause"),
    BatchState.PAUSED: ("Resume", "play"),
    BatchState.STOPPING: ("Stopping…", "play"),
}


class BatchBar(QWidget):
    """The big button and its companion.

    Signals: ``run_wanted()`` (which also means pause and resume), ``stop_wanted()``.
    """

    run_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._state, self._explained = BatchState.IDLE, ""
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Plain)
        line.setForegroundRole(line.palette().ColorRole.Mid)
        self.problem = Problem()
        self.effort = Muted()
        self.run = flat(QPushButton("Run"))
        self.run.setStyleSheet(PRIMARY)
        font = self.run.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        font.setWeight(QFont.Weight.DemiBold)
        self.run.setFont(font)
        self.stop = IconButton("mdi6.stop", "Stop; what is finished is kept, and Run goes on from there (Esc)", "Stop")
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
        for widget in (line, self.problem, self.effort):
            layout.addWidget(widget)
        layout.addLayout(row)
        self.show_state(BatchState.IDLE)

    @property
    def can_run(self) -> bool:
        """Whether the big button does something."""
        idle = self._state is BatchState.IDLE
        return self._state is not BatchState.STOPPING and not (idle and self._explained)

    def explain(self, problem: str) -> None:
        """Say why the evaluation cannot be run; empty: it can."""
        self._explained = problem
        self.problem.say(problem)
        self.effort.setVisible(not problem)
        self.show_state(self._state)

    def show_effort(self, text: str, tip: str = "") -> None:
        """Say how much the evaluation is."""
        self.effort.setText(text)
        self.effort.setToolTip(f"<p>{tip}</p>" if tip else "")

    def show_state(self, state: BatchState) -> None:
        """Offer what makes sense in a state."""
        self._state = state
        text, name = TEXTS[state]
        self.run.setText(text)
        self.run.setToolTip(f"{text} (Space or F5)")
        painted = self.palette()
        active, role = painted.ColorGroup.Active, painted.ColorRole
        painted.setColor(active, role.ButtonText, painted.color(active, role.HighlightedText))
        self.run.setIcon(icon(f"mdi6.{name}", painted))
        self.run.setEnabled(self.can_run)
        self.stop.setEnabled(state in (BatchState.PLAYING, BatchState.PAUSED))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.run.setStyleSheet(PRIMARY)  # its palette() is not looked up again otherwise
            self.show_state(self._state)
