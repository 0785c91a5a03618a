"""A picture with its title, its buttons and a line that says what is seen in it."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from rnd_lab.gui.views.image_pane import ImagePane
from rnd_lab.gui.views.zoom import Zoom
from rnd_lab.gui.widgets import IconButton

GAP = 3


class ElidedLabel(QLabel):
    """A line that is cut short where it does not fit; its tooltip and its accessible name hold all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.full = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setMinimumWidth(10)

    def say(self, text: str) -> None:
        """Show a text."""
        if text != self.full:
            self.full = text
            self.setAccessibleName(text)
            self._cut()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._cut()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._cut()

    def _cut(self) -> None:
        shown = self.fontMetrics().elidedText(self.full, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setToolTip(self.full if shown != self.full else "")


class ImageFrame(QWidget):
    """A titled picture. ``pane`` shows it, ``title`` and ``caption`` are its lines, ``head`` can take more widgets.

    Signals: ``save_wanted()``.
    """

    save_wanted = Signal()

    def __init__(self, name: str, zoom: Zoom, *, can_save: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.pane = ImagePane(zoom, can_save=can_save)
        self.pane.setAccessibleName(f"{name} picture")
        self.pane.save_wanted.connect(self.save_wanted)
        self.title = ElidedLabel()
        self.title.say(name)
        font = self.title.font()
        font.setWeight(QFont.Weight.DemiBold)
        self.title.setFont(font)
        self.caption = ElidedLabel()
        small = self.caption.font()
        small.setPointSizeF(small.pointSizeF() * 0.92)
        self.caption.setFont(small)
        self.caption.setForegroundRole(QPalette.ColorRole.WindowText)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(0, 0, 0, 0)
        self.head.setSpacing(0)
        self.head.addWidget(self.title, 1)
        if can_save:
            save = IconButton("mdi6.tray-arrow-down", f"Save this image: {name}")
            save.clicked.connect(self.save_wanted)
            self.head.addWidget(save)
        copy = IconButton("mdi6.content-copy", f"Copy this image (true pixels): {name}")
        copy.clicked.connect(self.pane.copy)
        self.head.addWidget(copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addLayout(self.head)
        layout.addWidget(self.pane)
        layout.addWidget(self.caption)
        layout.addStretch(1)

    def extra_height(self) -> int:
        """Pixels of height beside the picture's."""
        return self.head.sizeHint().height() + self.caption.sizeHint().height() + 2 * GAP

    def set_colour(self, colour: QColor) -> None:
        """Draw the title in the colour of its side."""
        palette = self.title.palette()
        palette.setColor(QPalette.ColorRole.WindowText, colour)
        self.title.setPalette(palette)
