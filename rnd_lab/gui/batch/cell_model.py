"""The cells of an evaluation as a table that can be sorted and searched."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from math import isnan
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRegularExpression,
    QSortFilterProxyModel,
    Qt,
)

from rnd_lab.gui.batch.board import CellRow
from rnd_lab.gui.times import duration
from rnd_lab.primitives.statistics import Estimate

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
SORT = Qt.ItemDataRole.UserRole + 1
WORDS = Qt.ItemDataRole.UserRole + 2
NOTHING = "–"
PROGRESS = 1
LEFT_TITLES = 2
"""Columns whose text starts at the left; the others hold numbers."""


@dataclass(frozen=True)
class Column:
    """``text`` is shown and ``key`` sorted by."""

    title: str
    tip: str
    text: Callable[[CellRow], str]
    key: Callable[[CellRow], float | str]


def percent(rate: Estimate) -> str:
    """A share with its interval."""
    if isnan(rate.value):
        return NOTHING
    return f"{100 * rate.value:.1f} % [{100 * rate.low:.0f}, {100 * rate.high:.0f}]"


def count(value: float) -> str:
    """A number of queries."""
    return NOTHING if isnan(value) else f"{value:,.0f}"


def how_far(row: CellRow) -> str:
    """Games played, and what is left to do."""
    if row.message:
        return row.message
    if row.planned is None:
        return "waiting"
    text = f"{row.done:,} / {row.planned:,}"
    if row.errors:
        text += f", {row.errors} failed"
    elif not row.complete and not isnan(row.left):
        text += f" · {duration(row.left)} left"
    return text


COLUMNS = (
    Column(
        "Cell",
        "Defended model, attack and threat model",
        lambda row: row.title,
        lambda row: row.title.casefold(),
    ),
    Column("Progress", "Games played, of all images of the cell", how_far, lambda row: row.share),
    Column(
        "Queries/s",
        "Queries a second of the games that ended in this run, the lab's own included, the null control's not",
        lambda row: NOTHING if row.complete else count(row.speed),
        lambda row: row.speed,
    ),
    Column(
        "Failure, first hit",
        "Share of the attacked images that the attack did not win, by the first noisy hit. In brackets: 95 % Wilson "
        "interval. Higher is a better defense.",
        lambda row: percent(row.failure),
        lambda row: row.failure.value,
    ),
    Column(
        "Failure, vote",
        "The same by a vote of k fresh answers to the final image, which one lucky draw of noise does not win",
        lambda row: percent(row.vote),
        lambda row: row.vote.value,
    ),
    Column(
        "Mean queries",
        "Mean over the games that were won, as the attack's published evaluation counts",
        lambda row: count(row.mean),
        lambda row: row.mean,
    ),
    Column(
        "Median queries",
        "Median over the games that were won, as the attack's published evaluation counts",
        lambda row: count(row.median),
        lambda row: row.median,
    ),
    Column(
        "Clean accuracy",
        "Share of the images that the defended model gets right before any attack",
        lambda row: percent(row.accuracy),
        lambda row: row.accuracy.value,
    ),
    Column(
        "Null control",
        "Share of the attacked images whose unchanged image was taken for a success too, when it was judged as often "
        "as the game. Wins up to this rate prove nothing.",
        lambda row: percent(row.control),
        lambda row: row.control.value,
    ),
)


class CellModel(QAbstractTableModel):
    """One row for each cell, in the order of the evaluation."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[CellRow] = []
        self._places: dict[int, int] = {}

    def clear(self) -> None:
        """Another evaluation begins."""
        self.beginResetModel()
        self._rows, self._places = [], {}
        self.endResetModel()

    def put(self, rows: list[CellRow]) -> None:
        """Add or replace cells."""
        for row in rows:
            if row.number in self._places:
                place = self._places[row.number]
                self._rows[place] = row
                self.dataChanged.emit(self.index(place, 0), self.index(place, len(COLUMNS) - 1))
        if fresh := [row for row in rows if row.number not in self._places]:
            start = len(self._rows)
            self.beginInsertRows(QModelIndex(), start, start + len(fresh) - 1)
            self._places |= {row.number: start + place for place, row in enumerate(fresh)}
            self._rows += fresh
            self.endInsertRows()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].title
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"<p>{COLUMNS[section].tip}</p>"
        return None

    def data(self, index: Index, role: int = 0) -> Any:
        row, column = self._rows[index.row()], COLUMNS[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column.text(row)
            case Qt.ItemDataRole.ToolTipRole:
                return f"<p>{escape(_story(row, column.text(row)))}</p>"
            case Qt.ItemDataRole.TextAlignmentRole if index.column() >= LEFT_TITLES:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case _ if role == ROW:
                return row
            case _ if role == SORT:
                return column.key(row)
            case _ if role == WORDS:
                return f"{row.title} {row.message}"
        return None


class SortedCells(QSortFilterProxyModel):
    """Cells whose title or message has all the words that were typed; what is not known yet is sorted last."""

    def __init__(self, cells: CellModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setSourceModel(cells)
        self.setFilterRole(WORDS)
        self.setSortRole(SORT)

    def search(self, text: str) -> None:
        """Show only the cells with these words."""
        every = "".join(f"(?=.*{QRegularExpression.escape(word)})" for word in text.split())
        self.setFilterRegularExpression(
            QRegularExpression(every, QRegularExpression.PatternOption.CaseInsensitiveOption)
        )

    def lessThan(self, left: Index, right: Index) -> bool:  # noqa: N802
        one, other = left.data(SORT), right.data(SORT)
        unknown = [isinstance(key, float) and isnan(key) for key in (one, other)]
        if any(unknown):
            falling = self.sortOrder() == Qt.SortOrder.DescendingOrder
            return unknown[0] and not unknown[1] if falling else unknown[1] and not unknown[0]
        return bool(one < other)


def _story(row: CellRow, text: str) -> str:
    if row.message:
        return f"{row.title} cannot be played: {row.message}"
    return f"{row.title}: {text}" if text != row.title else text
