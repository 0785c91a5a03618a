"""Bars above the table: an evaluation that waits to be gone on with, and those that wait for their turn."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.gui.times import begun
from rnd_lab.gui.widgets import IconButton, flat
from rnd_lab.results.database import Unfinished


class _Bar(QFrame):
    """A line of text with a button and a cross.

    Signals: ``wanted()`` for the button; ``dropped()`` for the cross.
    """

    wanted = Signal()
    dropped = Signal()

    def __init__(self, button: str, tip: str, cross: str) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.button = flat(QPushButton(button))
        self.button.setToolTip(f"<p>{tip}</p>")
        self.button.clicked.connect(self.wanted)
        self.cross = IconButton("mdi6.close", cross)
        self.cross.clicked.connect(self.dropped)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 4, 4)
        row.addWidget(self.text, 1)
        row.addWidget(self.button)
        row.addWidget(self.cross)
        self.hide()


class ResumeBar(_Bar):
    """Offers to go on with an evaluation that was not played to its end."""

    def __init__(self) -> None:
        super().__init__(
            "Resume", "Play the games that are missing; those that are finished are kept.", "Not now; it is kept"
        )
        self.spec: EvaluationSpec | None = None
        self.dropped.connect(self.hide)

    def offer(self, spec: EvaluationSpec, found: Unfinished) -> None:
        """Show an evaluation."""
        self.spec = spec
        one = found.evaluation
        self.text.setText(
            f"“{one.name}” of {begun(one.created)} was not finished: {found.complete:,} of {found.cells:,} cells are."
        )
        self.show()


class WaitingBar(_Bar):
    """Lists the evaluations that are run after this one."""

    def __init__(self) -> None:
        super().__init__("Run now", "Run the first of them.", "Take them off the list")

    def show_waiting(self, specs: Sequence[EvaluationSpec], idle: bool) -> None:
        """Show what waits; the first can be run at once where nothing else runs."""
        names = ", ".join(f"“{spec.name}”" for spec in specs)
        self.text.setText(f"Waiting: {names}.")
        self.button.setVisible(idle)
        self.setVisible(bool(specs))
