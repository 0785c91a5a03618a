"""Small drawn marks of the scoreboard: how much of a budget is used, and a verdict."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget


class BudgetBar(QWidget):
    """A thin bar. ``share`` of 1 is drawn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.share = 0.0
        self._colour = QColor()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(60, 6)

    def show_share(self, share: float, colour: QColor) -> None:
        """Draw another share."""
        self.share, self._colour = min(share, 1.0), colour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Mid))
        painter.fillRect(QRectF(0, 0, self.width() * self.share, self.height()), self._colour)


class Chip(QWidget):
    """A verdict: filled where the model was fooled, outlined where it held, faint while it is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fooled: bool | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def text(self) -> str:
        """The verdict in a word."""
        return {None: "open", True: "fooled", False: "holds"}[self.fooled]

    def sizeHint(self) -> QSize:  # noqa: N802
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance("fooled") + 18, metrics.height() + 2)

    def show_verdict(self, fooled: bool | None) -> None:
        """Show another verdict; None while the game goes on."""
        self.fooled = fooled
        self.setAccessibleDescription(self.text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        colours, role = self.palette(), QPalette.ColorRole
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.fontMetrics().horizontalAdvance("fooled") + 16
        box = QRectF(self.width() - width - 0.5, 0.5, width, self.height() - 1)
        text = colours.color(role.WindowText if self.fooled is not None else role.PlaceholderText)
        if self.fooled:
            painter.setBrush(text)
            painter.setPen(Qt.PenStyle.NoPen)
        else:
            painter.setPen(QPen(text if self.fooled is False else colours.color(role.Mid), 1))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setPen(colours.color(role.Window) if self.fooled else text)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text)
