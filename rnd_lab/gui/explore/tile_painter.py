"""Draws a game: original, adversarial, their difference, and two lines about it."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QImage, QPainter, QPalette
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from rnd_lab.gui.explore.gallery_model import TILE
from rnd_lab.gui.explore.tiles import Tile
from rnd_lab.gui.widgets import warning_colour
from rnd_lab.gui.words import NAMES
from rnd_lab.primitives.amounts import amount

SIDE = 76
GAP = 4
EDGE = 8


class TilePainter(QStyledItemDelegate):
    """``labels`` are the model's classes, ``norm`` that of the threat model."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.labels: Sequence[str] = ()
        self.norm: str = "linf"

    def size(self, font: QFont) -> QSize:
        """What a tile needs."""
        return QSize(3 * SIDE + 2 * GAP + 2 * EDGE, SIDE + 2 * QFontMetrics(font).height() + 2 * EDGE + GAP)

    def sizeHint(  # noqa: N802
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return self.size(option.font)

    def class_name(self, number: int | None) -> str:
        """What a class is called."""
        if number is None:
            return "?"
        return self.labels[number] if number < len(self.labels) else f"class {number}"

    def classes(self, tile: Tile) -> str:
        """The true class, and the one that is seen in the end."""
        return f"{self.class_name(tile.record.label)} → {self.class_name(tile.record.prediction)}"

    def facts(self, tile: Tile) -> str:
        """Queries, norm and fate."""
        record = tile.record
        size = record.linf if self.norm == "linf" else record.l2
        norm = f" · {NAMES[self.norm]} {size:.3g}" if size is not None else ""
        return f"{amount(record.published, 'queries')}{norm} · {tile.fate}"

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        box: QRect = option.rect.adjusted(2, 2, -2, -2)
        colours, role = option.palette, QPalette.ColorRole
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(box, colours.color(role.Highlight if selected else role.AlternateBase))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(colours.color(role.Text))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
        tile: Tile | None = index.data(TILE)
        if tile is None:
            return
        top = box.top() + EDGE - 2
        for number, image in enumerate((tile.original, tile.adversarial, tile.change)):
            place = QRect(box.left() + EDGE - 2 + number * (SIDE + GAP), top, SIDE, SIDE)
            _draw(painter, place, image, option.widget.devicePixelRatioF(), colours)
        text = QRect(box.left() + EDGE - 2, top + SIDE + GAP, 3 * SIDE + 2 * GAP, option.fontMetrics.height())
        ink = colours.color(role.HighlightedText if selected else role.Text)
        lucky = tile.fate in ("won by luck", "error") and not selected
        for line, colour in ((self.classes(tile), ink), (self.facts(tile), warning_colour(colours) if lucky else ink)):
            painter.setPen(colour)
            cut = option.fontMetrics.elidedText(line, Qt.TextElideMode.ElideRight, text.width())
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, cut)
            text.translate(0, text.height())


def _draw(painter: QPainter, place: QRect, image: QImage | None, ratio: float, colours: QPalette) -> None:
    if image is None:
        painter.setPen(colours.color(QPalette.ColorRole.Mid))
        painter.drawRect(place.adjusted(0, 0, -1, -1))
        return
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.width() > place.width() * ratio)
    painter.drawImage(place, image)
