"""Start, pause, step and stop: always in view below the parameters."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStyle, QVBoxLayout, QWidget

from rnd_lab.gui.player import State
from rnd_lab.gui.widgets import IconButton, Muted, Problem, Switch, flat, icon

PRIMARY = """
QPushButton { background: palette(highlight); color: palette(highlighted-text); }
QPushButton { border: none; border-radius: 5px; padding: 0 14px; }
QPushButton:hover { background: palette(link); }
QPushButton:disabled { background: palette(mid); color: palette(placeholder-text); }
QPushButton:focus { border: 2px solid palette(text); }
"""
BUSY = (State.PLAYING, State.PAUSED)


class RunBar(QWidget):
    """The big button, its two companions and the duel switch.

    Signals: ``start_wanted()`` (which also means pause and resume), ``step_wanted()``, ``stop_wanted()``,
    ``duel_switched()``.
    """

    start_wanted = Signal()
    step_wanted = Signal()
    stop_wanted = Signal()
    duel_switched = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._state, self._explained = State.EMPTY, ""
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Plain)
        line.setForegroundRole(line.palette().ColorRole.Mid)
        self.duel = Switch("Duel: play undefended beside it")
        self.duel.setToolTip(
            "<p>Play the same game, with the same random numbers, without the defense beside it. "
            "It needs a defense that is on.</p>"
        )
        self.duel.clicked.connect(self.duel_switched)
        self.problem = Problem()
        self.note = Muted()
        self.start = flat(QPushButton("Start"))
        self.start.setMinimumHeight(38)
        self.start.setStyleSheet(PRIMARY)
        font = self.start.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        font.setWeight(QFont.Weight.DemiBold)
        self.start.setFont(font)
        self.step = IconButton("mdi6.skip-next", "One step of the attack, then pause (F10)", "Step")
        self.stop = IconButton("mdi6.stop", "Stop the game and keep what it has found (Esc)", "Stop")
        for button, signal in (
            (self.start, self.start_wanted),
            (self.step, self.step_wanted),
            (self.stop, self.stop_wanted),
        ):
            button.clicked.connect(signal)
            button.setMinimumHeight(38)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.start, 1)
        row.addWidget(self.step)
        row.addWidget(self.stop)
        layout = QVBoxLayout(self)
        extent = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        layout.setContentsMargins(12, 0, 12 + extent, 10)
        layout.setSpacing(8)
        layout.addWidget(line)
        layout.addWidget(self.duel)
        layout.addWidget(self.problem)
        layout.addWidget(self.note)
        layout.addLayout(row)
        self.show_state(State.EMPTY)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.start.setStyleSheet(PRIMARY)  # its palette() is not looked up again otherwise
            self.show_state(self._state)

    def explain(self, problem: str) -> None:
        """Say why the parameters cannot be played; empty: they can."""
        self._explained = problem
        self.problem.say(problem)
        self.show_state(self._state)

    def show_state(self, state: State) -> None:
        """Offer what makes sense in a state."""
        self._state = state
        texts = {
            State.PLAYING: ("Pause", "pause"),
            State.PAUSED: ("Resume", "play"),
            State.LOADING: ("Loading…", "play"),
        }
        text, name = texts.get(state, ("Start", "play"))
        self.start.setText(text)
        self.start.setToolTip(f"{text} (Space or F5)")
        painted = self.palette()
        active, role = painted.ColorGroup.Active, painted.ColorRole
        painted.setColor(active, role.ButtonText, painted.color(active, role.HighlightedText))
        self.start.setIcon(icon(f"mdi6.{name}", painted))
        self.start.setEnabled(self.can_start)
        self.step.setEnabled(self.can_step)
        self.stop.setEnabled(state in BUSY)
        self.note.setText(
            "Parameters are locked until the game ends. Stop (Esc) unlocks them." if state in BUSY else ""
        )
        self.note.setVisible(state in BUSY)

    @property
    def can_start(self) -> bool:
        """Whether the big button does something."""
        return self._state in BUSY or (self._state in (State.READY, State.DONE) and not self._explained)

    @property
    def can_step(self) -> bool:
        """Whether a single step is possible."""
        return self.can_start
