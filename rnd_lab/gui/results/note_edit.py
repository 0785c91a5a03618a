"""The user's note on an evaluation, edited where it stands."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit


class NoteEdit(QPlainTextEdit):
    """Two lines of text. Leaving it or Ctrl+Enter keeps the note, Escape takes the change back.

    Signals: ``kept(note)`` where it was changed.
    """

    kept = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._note = ""
        self.setPlaceholderText("Add a note")
        self.setAccessibleName("Note")
        self.setToolTip("Kept when you leave it (or Ctrl+Enter); Escape takes the change back")
        self.setTabChangesFocus(True)
        self.setFixedHeight(2 * self.fontMetrics().lineSpacing() + 14)

    def show_note(self, note: str) -> None:
        """Show another note; what is being typed is not disturbed by the same one."""
        if note != self._note or not self.hasFocus():
            self._note = note
            if note != self.toPlainText():
                self.setPlainText(note)

    def keep(self) -> None:
        """Hand the note over, if it was changed."""
        if (text := self.toPlainText().strip()) != self._note:
            self._note = text
            self.kept.emit(text)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.keep()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self.setPlainText(self._note)
        elif event.key() == Qt.Key.Key_Return and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.keep()
        else:
            super().keyPressEvent(event)
