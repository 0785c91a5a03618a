"""What the attacker is told of the classes, beside the truth."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QHelpEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from rnd_lab.gui.views.story import percent

MOST = 5
CALM = 0.9
"""Weight of the past in the order of the classes, so that rows do not jump with every noisy answer."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Row:
    """One class; ``mark`` says whether it is the true one or the target."""

    name: str
    told: float
    truth: float
    mark: str


class Ranking:
    """Which classes are shown, in a calm order."""

    def __init__(self) -> None:
        self._score: Floats | None = None

    def reset(self) -> None:
        """Forget the past."""
        self._score = None

    def top(self, told: Floats, truth: Floats) -> list[int]:
        """The classes that matter most, the first one first."""
        score = np.maximum(told, truth)
        if self._score is not None and self._score.shape == score.shape:
            score = (CALM * self._score + (1 - CALM) * score).astype(np.float32)
        self._score = score
        return [int(index) for index in np.argsort(-score, kind="stable")[:MOST]]


class ClassBars(QWidget):
    """Two bars for each class; one where both are the same. ``rows`` is what is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self.double = True
        self._colour = QColor()
        self.setAccessibleName("Class probabilities")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(190, MOST * 22)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(230, MOST * 32)

    def show_rows(self, rows: list[Row], *, double: bool) -> None:
        """Show other probabilities."""
        self.rows, self.double = rows, double
        self.setAccessibleDescription("; ".join(_told(row, double=double) for row in rows))
        self.update()

    def set_colour(self, colour: QColor) -> None:
        """Take the colour of a side."""
        self._colour = colour
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.rows:
            place = min(int(event.y() / self._row_height()), len(self.rows) - 1)
            QToolTip.showText(event.globalPos(), _told(self.rows[place], double=self.double), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        for place, row in enumerate(self.rows):
            self._paint_row(painter, place * self._row_height(), row)

    def _row_height(self) -> float:
        return min(self.height() / MOST, 40)

    def _paint_row(self, painter: QPainter, top: float, row: Row) -> None:
        metrics, height = self.fontMetrics(), self._row_height()
        names = self.width() * 0.34
        figures = metrics.horizontalAdvance("> 99.9 %") + 6
        font = QFont(self.font())
        font.setBold(bool(row.mark))
        painter.setFont(font)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        name = painter.fontMetrics().elidedText(row.name, Qt.TextElideMode.ElideRight, int(names - 6))
        painter.drawText(QRectF(0, top, names, height - 3), align, name)
        painter.setFont(self.font())
        faint = QColor(self._colour)
        faint.setAlpha(95)
        bars = [(row.told, faint), (row.truth, self._colour)] if self.double else [(row.truth, self._colour)]
        thick = (height - 4) / len(bars)
        for number, (share, colour) in enumerate(bars):
            line = QRectF(names, top + number * thick, self.width() - names, thick)
            self._paint_bar(painter, line, figures, share, colour)

    def _paint_bar(self, painter: QPainter, line: QRectF, figures: float, share: float, colour: QColor) -> None:
        groove = QRectF(line.x(), line.y() + 1, line.width() - figures, line.height() - 2)
        painter.fillRect(groove, self.palette().color(QPalette.ColorRole.AlternateBase))
        painter.fillRect(QRectF(groove.x(), groove.y(), groove.width() * share, groove.height()), colour)
        painter.setPen(self.palette().color(QPalette.ColorRole.WindowText))
        right = QRectF(line.right() - figures, line.y() - 3, figures, line.height() + 6)
        painter.drawText(right, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, percent(share))


def _told(row: Row, *, double: bool) -> str:
    mark = f" ({row.mark})" if row.mark else ""
    if not double:
        return f"{row.name}{mark}: {percent(row.truth)}"
    return f"{row.name}{mark}: the attacker is told {percent(row.told)}, without noise it is {percent(row.truth)}"
