"""Keys that a field leaves to the window, because it has no use for them."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QWidget

FIELDS = (QLineEdit, QComboBox, QAbstractSpinBox)


class SpareKeys(QObject):
    """Watches the field that has the focus; else it takes every key of editing, even where it can do nothing."""

    def __init__(self, app: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        app.focusChanged.connect(self._watch)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_spare(watched, event):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _watch(self, _: QWidget | None, focus: QWidget | None) -> None:
        if isinstance(focus, FIELDS):
            focus.installEventFilter(self)


def _is_spare(field: QObject, event: QKeyEvent) -> bool:
    keys = QKeySequence.StandardKey
    if event.matches(keys.Paste):
        data = QGuiApplication.clipboard().mimeData()
        return data.hasImage() and not data.hasText()
    undo, redo = event.matches(keys.Undo), event.matches(keys.Redo)
    if isinstance(field, QAbstractSpinBox):  # a number has no spaces, and the window's undo goes back further
        return undo or redo or event.key() == Qt.Key.Key_Space
    line = field.lineEdit() if isinstance(field, QComboBox) else field
    if not isinstance(line, QLineEdit):
        return False
    return (undo and not line.isUndoAvailable()) or (redo and not line.isRedoAvailable())
