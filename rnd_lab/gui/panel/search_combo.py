"""A list in which one finds an entry by typing a part of its name."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCompleter, QLineEdit, QWidget

from rnd_lab.gui.widgets import Combo


class SearchCombo(Combo):
    """Text that was typed and names no entry is replaced by the entry that is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen: object = None
        self._fallback = ""
        self._line = QLineEdit(self)
        self.setLineEdit(self._line)
        self.setInsertPolicy(Combo.InsertPolicy.NoInsert)
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(completer)
        self._line.editingFinished.connect(self._restore)

    def show_choice(self, data: object, fallback: str = "") -> None:
        """Show the entry that holds ``data``, or the text ``fallback`` where none does; says nothing."""
        self._chosen, self._fallback = data, fallback
        self._restore()

    def _restore(self) -> None:
        place = self.findData(self._chosen)
        text = self.itemText(place) if place >= 0 else self._fallback
        self.setCurrentIndex(place)
        self.setEditText(text)  # the line forgets what was typed: Ctrl+Z is the window's again
        self._line.setCursorPosition(0)
