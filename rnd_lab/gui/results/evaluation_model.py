"""The evaluations of a results file, a page at a time."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from rnd_lab.gui.times import begun
from rnd_lab.primitives.amounts import amount
from rnd_lab.results.browsing import Overview

PAGE = 100
COLUMNS = ("Evaluation", "State", "Begun", "Note")

Index = QModelIndex | QPersistentModelIndex


class EvaluationModel(QAbstractTableModel):
    """The newest first; the view asks for more when it is scrolled to the end.

    Signals: ``more_wanted(first)``.
    """

    more_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Overview] = []
        self._more = False

    def show_page(self, first: int, page: Sequence[Overview]) -> None:
        """Take the evaluations from a row on; those before it stay."""
        self._more = len(page) >= PAGE
        if first == 0 and [it.id for it in page] == [it.id for it in self.rows]:
            self.rows = list(page)
            if page:
                self.dataChanged.emit(self.index(0, 0), self.index(len(page) - 1, len(COLUMNS) - 1))
        elif first == 0:
            self.beginResetModel()
            self.rows = list(page)
            self.endResetModel()
        elif first == len(self.rows) and page:
            self.beginInsertRows(QModelIndex(), first, first + len(page) - 1)
            self.rows += page
            self.endInsertRows()

    def row_of(self, number: int) -> int | None:
        """The row of an evaluation; None where it is not listed."""
        return next((row for row, it in enumerate(self.rows) if it.id == number), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(COLUMNS)

    def canFetchMore(self, parent: Index) -> bool:  # noqa: N802
        return self._more and not parent.isValid()

    def fetchMore(self, parent: Index) -> None:  # noqa: N802
        self._more = False
        self.more_wanted.emit(len(self.rows))

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        it = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return (it.name, state(it), begun(it.created), it.note)[index.column()]
        return None


def state(it: Overview) -> str:
    """How far an evaluation is, in words."""
    if it.planned is None:
        games = amount(it.games, "games") if it.games else "not begun"
    elif it.games >= it.planned:
        games = amount(it.games, "games")
    else:
        games = f"{it.games:,} of {it.planned:,} games"
    failed = f", {amount(it.failed, 'failed cells')}" if it.failed else ""
    return games + failed
