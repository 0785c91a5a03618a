"""The log of a run as a table, the latest epoch in view."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QTableView

from rnd_lab.gui.times import duration
from rnd_lab.training.checkpoint import Epoch
from rnd_lab.training.loop import WATCHED, WATCHED_NOISE

Index = QModelIndex | QPersistentModelIndex


def _percent(value: float | None) -> str:
    return f"{100 * value:.1f} %" if value is not None else "–"


COLUMNS: tuple[tuple[str, str, Callable[[Epoch], str]], ...] = (
    ("Epoch", "Passes over the training images.", lambda line: str(line.epoch)),
    ("Loss", "Mean over the epoch.", lambda line: f"{line.loss:.4f}"),
    (
        "Training",
        "Accuracy during the epoch, on the training images as the recipe changes them.",
        lambda line: _percent(line.accuracy),
    ),
    ("Clean", f"Accuracy on {WATCHED} of the test images.", lambda line: _percent(line.clean)),
    (
        f"ν = {WATCHED_NOISE:g}",
        f"Accuracy on {WATCHED} of the test images under Gaussian noise of this strength, as RND adds it.",
        lambda line: _percent(line.noisy),
    ),
    ("Time", "How long the epoch took, pauses included.", lambda line: duration(line.seconds)),
)


class EpochModel(QAbstractTableModel):
    """One row for each epoch."""

    def __init__(self) -> None:
        super().__init__()
        self._log: tuple[Epoch, ...] = ()

    def show_log(self, log: Sequence[Epoch]) -> bool:
        """Take another log; returns whether it has changed."""
        if self._log == tuple(log):
            return False
        self.beginResetModel()
        self._log = tuple(log)
        self.endResetModel()
        return True

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(self._log)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        title, about, _ = COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return {Qt.ItemDataRole.DisplayRole: title, Qt.ItemDataRole.ToolTipRole: f"<p>{about}</p>"}.get(
            Qt.ItemDataRole(role)
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return COLUMNS[index.column()][2](self._log[index.row()]) if role == Qt.ItemDataRole.DisplayRole else None


class EpochTable(QTableView):
    """Follows the log; log.csv in the run's folder has the same figures."""

    def __init__(self) -> None:
        super().__init__()
        self.epochs = EpochModel()
        self.setModel(self.epochs)
        self.setAccessibleName("Epochs")
        self.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        height = self.fontMetrics().height() + 8
        self.verticalHeader().setDefaultSectionSize(height)
        self.setMinimumHeight(3 * height + 8)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        head.setHighlightSections(False)

    def show_log(self, log: Sequence[Epoch]) -> None:
        """Show a log."""
        if self.epochs.show_log(log):
            self.scrollToBottom()
