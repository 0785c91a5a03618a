"""Says that another results file than the lab's own is shown, and leads back."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from rnd_lab.gui.views.image_frame import ElidedLabel
from rnd_lab.gui.widgets import flat

OWN_ONLY = (
    "<p>Only in the lab's own results: runs are kept there, and games that are finished in this file would be "
    "played anew.</p>"
)
"""Why nothing of another file is run."""


class FileBar(QFrame):
    """Names the shown file; hidden while that is the lab's own. ``is_own`` tells which it is.

    Signals: ``own_wanted()``.
    """

    own_wanted = Signal()

    def __init__(self, own: Path) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        self.is_own = True
        self._own = own
        self.text = ElidedLabel()
        self.back = flat(QPushButton("Back to own results"))
        self.back.setToolTip("Show the lab's own results again")
        self.back.clicked.connect(self.own_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 4, 4)
        row.addWidget(self.text, 1)
        row.addWidget(self.back)
        self.hide()

    def show_file(self, path: Path) -> None:
        """Name another file."""
        self.is_own = path.resolve() == self._own.resolve()
        self.text.say(f"Another results file is shown: {path.name} in {path.parent}")
        self.setVisible(not self.is_own)
