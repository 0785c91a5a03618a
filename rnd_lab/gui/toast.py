"""Short messages that appear in the corner and never stop anybody."""

from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from rnd_lab.gui.widgets import IconButton, WarningSign, flat, without_icons

Level = Literal["info", "warning", "error"]

ICONS: dict[Level, str] = {
    "info": "mdi6.information-outline",
    "warning": "mdi6.alert-outline",
    "error": "mdi6.alert-octagon-outline",
}
SHOWN_FOR = 7_000  # milliseconds; long enough to read two sentences
MOST = 4


class DetailsDialog(QDialog):
    """The long story behind a message, to be read and copied."""

    def __init__(self, text: str, details: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Details")
        self.resize(640, 360)
        self._details = details
        head = QLabel(text)
        head.setWordWrap(True)
        body = QPlainTextEdit(details)
        body.setReadOnly(True)
        body.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole).clicked.connect(self.copy)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (head, body, without_icons(buttons)):
            layout.addWidget(widget)

    def copy(self) -> None:
        """Put the details on the clipboard."""
        QGuiApplication.clipboard().setText(self._details)


class Toast(QFrame):
    """One message; only an info goes away by itself.

    Signals: ``closed(toast)`` when it is to be removed.
    """

    closed = Signal(object)

    def __init__(self, level: Level, text: str, details: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.level, self.text, self.details = level, text, details
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.ToolTipBase)
        self.setMaximumWidth(420)
        label = QLabel(text)
        label.setWordWrap(True)
        label.setMinimumWidth(260)
        sign = (IconButton if level == "info" else WarningSign)(ICONS[level], level.capitalize())
        sign.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 8, 8, 8)
        row.addWidget(sign)
        row.addWidget(label, 1)
        if details:
            more = flat(QPushButton("Details"))
            more.clicked.connect(self.show_details)
            row.addWidget(more)
        close = IconButton("mdi6.close", "Close this message")
        close.clicked.connect(lambda: self.closed.emit(self))
        row.addWidget(close)
        if level == "info":
            timer = QTimer(self)
            timer.setSingleShot(True)
            timer.timeout.connect(lambda: self.closed.emit(self))
            timer.start(SHOWN_FOR)

    def show_details(self) -> None:
        """Open the long story."""
        dialog = DetailsDialog(self.text, self.details, self.window())
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


class Toaster(QObject):
    """Stacks messages in the lower right corner of a window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.toasts: list[Toast] = []
        window.installEventFilter(self)

    def info(self, text: str, details: str = "") -> None:
        """Tell something that went well."""
        self.show("info", text, details)

    def warn(self, text: str, details: str = "") -> None:
        """Tell something that the user should know."""
        self.show("warning", text, details)

    def error(self, text: str, details: str = "") -> None:
        """Tell something that went wrong."""
        self.show("error", text, details)

    def show(self, level: Level, text: str, details: str = "") -> None:
        """Add a message; the same one is not shown twice."""
        if any((toast.level, toast.text, toast.details) == (level, text, details) for toast in self.toasts):
            return
        toast = Toast(level, text, details, self._window)
        toast.closed.connect(self._remove)
        self.toasts.append(toast)
        while len(self.toasts) > MOST:
            self._remove(next((it for it in self.toasts[:-1] if it.level == "info"), self.toasts[0]))
        toast.show()
        self._place()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._window, text))

    def clear(self) -> None:
        """Take all messages away."""
        for toast in tuple(self.toasts):
            self._remove(toast)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _remove(self, toast: Toast) -> None:
        if toast in self.toasts:
            self.toasts.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._place()

    def _place(self) -> None:
        bottom = self._window.height() - 36
        for toast in reversed(self.toasts):
            toast.adjustSize()
            width = min(420, self._window.width() - 24)
            toast.resize(width, toast.heightForWidth(width) if toast.hasHeightForWidth() else toast.height())
            bottom -= toast.height()
            toast.move(self._window.width() - toast.width() - 16, bottom)
            toast.raise_()
            bottom -= 8
