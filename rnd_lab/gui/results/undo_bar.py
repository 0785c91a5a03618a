"""Takes back what was deleted."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from rnd_lab.gui.views.image_frame import ElidedLabel
from rnd_lab.gui.widgets import IconButton


class UndoBar(QFrame):
    """Remembers the deletions of this session, the last one first; hidden while there is none.

    Signals: ``undone(numbers)`` of evaluations.
    """

    undone = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._deleted: list[tuple[str, tuple[int, ...]]] = []
        self.label = ElidedLabel()
        self.undo = QPushButton("Undo")
        close = IconButton("mdi6.close", "Close; “Deleted” above still shows what was deleted")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 2, 2)
        row.addWidget(self.label, 1)
        row.addWidget(self.undo)
        row.addWidget(close)
        self.undo.clicked.connect(self._undo)
        close.clicked.connect(self.forget)
        self.forget()

    def remember(self, name: str, numbers: tuple[int, ...]) -> None:
        """Offer to take back a deletion."""
        self._deleted.append((name, numbers))
        self._show()

    def forget(self) -> None:
        """Offer nothing."""
        self._deleted.clear()
        self._show()

    def _undo(self) -> None:
        _, numbers = self._deleted.pop()
        self._show()
        self.undone.emit(numbers)

    def _show(self) -> None:
        self.setVisible(bool(self._deleted))
        if self._deleted:
            self.label.say(f"Deleted: {self._deleted[-1][0]}")
