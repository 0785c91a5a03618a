"""A line for the path of a file or folder, with a button that finds it."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from rnd_lab.gui.widgets import IconButton
from rnd_lab.primitives.files import usable_path


class PathLine(QWidget):
    """What is typed is taken when it is finished. ``ask`` opens a dialog and returns a path, or nothing.

    Signals: ``edited()`` when the user has changed the path.
    """

    edited = Signal()

    def __init__(self, name: str, tip: str, browse_tip: str, ask: Callable[[], str]) -> None:
        super().__init__()
        self._ask = ask
        self._shown = ""
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.line.setToolTip(tip)
        self.line.setAcceptDrops(False)  # the window knows better what a dropped file is
        self.line.editingFinished.connect(self._finished)
        self.browse = IconButton("mdi6.folder-open-outline", browse_tip)
        self.browse.clicked.connect(self._browse)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.line, 1)
        row.addWidget(self.browse)
        self.setFocusProxy(self.line)

    def text(self) -> str:
        """The path; empty where none is set."""
        return self.line.text().strip()

    def complaint(self) -> str:
        """Why no file or folder can be called so; empty: one can."""
        try:
            usable_path(self.text())
        except ValueError as error:
            return f"The path {error}."
        return ""

    def show_text(self, text: str) -> None:
        """Show a path; says nothing."""
        self._shown = text
        if self.line.text() != text:
            self.line.setText(text)

    def _browse(self) -> None:
        if path := self._ask():
            self.line.setText(path)
            self._finished()

    def _finished(self) -> None:
        if self.line.text() != self._shown:
            self._shown = self.line.text()
            self.edited.emit()
