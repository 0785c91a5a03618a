"""A table of a report on screen: intervals below their figures, headings that explain themselves."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, QSortFilterProxyModel, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter, QPalette
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView, QWidget

from rnd_lab.gui.widgets import warning_colour
from rnd_lab.reports.table import Entry, Table

Index = QModelIndex | QPersistentModelIndex

ENTRY = Qt.ItemDataRole.UserRole
SORT = Qt.ItemDataRole.UserRole + 1
EMPTY = Table((), (), 0)
BAD = ("cannot be played", "error")
"""Words of a state that asks for attention."""
WIDEST = 260
MARGIN = 8


class TableModel(QAbstractTableModel):
    """The entries of a table."""

    def __init__(self) -> None:
        super().__init__()
        self.table = EMPTY

    def show_table(self, table: Table) -> None:
        """Take another table."""
        self.beginResetModel()
        self.table = table
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.table.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.table.headings)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        heading = self.table.headings[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return heading.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"<p>{heading.help}</p>" if heading.help else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(heading.numeric)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.table.rows[index.row()][index.column()]
        if role == ENTRY:
            return entry
        if role == SORT:
            return entry.key if isinstance(entry.key, str) else float(entry.key)
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _plain(entry)
        if role == Qt.ItemDataRole.ToolTipRole and not self.table.headings[index.column()].numeric:
            return entry.text
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(self.table.headings[index.column()].numeric)
        return None


class ReportTable(QTableView):
    """Sorted by a click on a heading; Ctrl+C copies the selected rows."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source = TableModel()
        self._sorted = QSortFilterProxyModel()
        self._sorted.setSourceModel(self.source)
        self._sorted.setSortRole(SORT)
        self.setModel(self._sorted)
        self.setItemDelegate(_Painter(self))
        self.setAccessibleName(name)
        self.setSortingEnabled(True)
        self.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)

    def show_table(self, table: Table) -> None:
        """Show a table; rows that are selected stay so where the table has the same rows."""
        rows = self.selected_rows() if len(table.rows) == len(self.source.table.rows) else []
        new = table.headings != self.source.table.headings
        self.source.show_table(table)
        self.verticalHeader().setDefaultSectionSize(2 * self.fontMetrics().height() + 6)
        if new:
            self.resizeColumnsToContents()
            for column in range(len(table.headings)):
                self.setColumnWidth(column, min(self.columnWidth(column), WIDEST))
        for row in rows:
            self.select_row(row)

    def selected_rows(self) -> list[int]:
        """The selected rows, numbered as in the table that was given."""
        return sorted(self._sorted.mapToSource(index).row() for index in self.selectionModel().selectedRows())

    def select_row(self, row: int) -> None:
        """Add a row, numbered as in the table that was given, to the selection."""
        flags = self.selectionModel().SelectionFlag
        index = self._sorted.mapFromSource(self.source.index(row, 0))
        self.selectionModel().select(index, flags.Select | flags.Rows)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def copy(self) -> None:
        """Put the selected rows with their headings on the clipboard, for a spreadsheet."""
        table = self.source.table
        lines = [[heading.title for heading in table.headings]]
        shown = sorted(self.selectionModel().selectedRows(), key=lambda index: index.row())
        rows = [self._sorted.mapToSource(index).row() for index in shown]
        lines += [[_plain(entry) for entry in table.rows[row]] for row in rows]
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))


class _Painter(QStyledItemDelegate):
    """Two lines: the figure, and its interval fainter below."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: Entry = index.data(ENTRY)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        colours, role = option.palette, QPalette.ColorRole
        if selected:
            painter.fillRect(option.rect, colours.color(role.Highlight))
        elif index.row() % 2:
            painter.fillRect(option.rect, colours.color(role.AlternateBase))
        ink = colours.color(role.HighlightedText if selected else role.Text)
        if not selected and any(word in entry.text for word in BAD):
            ink = warning_colour(colours)
        box = option.rect.adjusted(MARGIN, 0, -MARGIN, 0)
        side = Qt.AlignmentFlag(index.data(Qt.ItemDataRole.TextAlignmentRole))
        painter.setPen(ink)
        if not entry.interval:
            text = option.fontMetrics.elidedText(entry.text, Qt.TextElideMode.ElideMiddle, box.width())
            painter.drawText(box, side, text)
            return
        half = box.height() // 2
        painter.drawText(box.adjusted(0, 1, 0, -half), side, entry.text)
        painter.setPen(ink if selected else colours.color(role.PlaceholderText))
        painter.drawText(box.adjusted(0, half, 0, -1), side, entry.interval)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        entry: Entry = index.data(ENTRY)
        metrics = option.fontMetrics
        width = max(metrics.horizontalAdvance(text) for text in (entry.text, entry.interval))
        return QSize(width + 2 * MARGIN + 2, 2 * metrics.height() + 6)


def _side(numeric: bool) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if numeric else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _plain(entry: Entry) -> str:
    return f"{entry.text} [{entry.interval}]" if entry.interval else entry.text
