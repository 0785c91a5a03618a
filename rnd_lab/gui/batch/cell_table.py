"""The live table of cells."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from rnd_lab.gui.batch.board import CellRow
from rnd_lab.gui.batch.cell_model import PROGRESS, ROW, CellModel, SortedCells
from rnd_lab.gui.widgets import warning_colour

WIDTHS = (270, 130, 72, 126, 126, 92, 100, 126, 126)
BAR = 4


class CellDelegate(QStyledItemDelegate):
    """Paints cells that cannot be played in the colour of what is wrong, and a bar below the progress."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:  # noqa: N802
        super().initStyleOption(option, index)
        if wrong(index.data(ROW)):
            colour = warning_colour(option.palette)
            option.palette.setColor(QPalette.ColorRole.Text, colour)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        row: CellRow = index.data(ROW)
        if index.column() != PROGRESS or row.message:
            return
        frame: QRect = option.rect.adjusted(4, 0, -4, -2)
        frame.setTop(frame.bottom() - BAR + 1)
        colours: QPalette = option.palette
        painter.fillRect(frame, colours.color(QPalette.ColorRole.Mid))
        frame.setWidth(round(frame.width() * row.share))
        painter.fillRect(frame, colours.color(QPalette.ColorRole.Highlight))


class CellTable(QTableView):
    """A click on a column's title sorts by it; a third click brings the order of the evaluation back."""

    def __init__(self) -> None:
        super().__init__()
        self.cells = CellModel(self)
        self.sorted = SortedCells(self.cells, self)
        self.setModel(self.sorted)
        self.setItemDelegate(CellDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setWordWrap(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setAccessibleName("Cells")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 14)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setHighlightSections(False)
        head.setSortIndicatorClearable(True)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        for column, width in enumerate(WIDTHS):
            self.setColumnWidth(column, width)


def wrong(row: CellRow) -> bool:
    """Whether something of a cell could not be played."""
    return bool(row.message or row.errors)
