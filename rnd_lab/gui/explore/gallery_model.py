"""The games of a cell as a list whose entries come when they are looked at."""

from collections.abc import Container, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from rnd_lab.gui.explore.tiles import Tile

TILE = Qt.ItemDataRole.UserRole
KEPT = 600
"""Tiles that are remembered; those farthest from what is shown are dropped first."""


class GalleryModel(QAbstractListModel):
    """Knows how many games there are, and the tiles of some of them; TILE gives None for the others."""

    def __init__(self) -> None:
        super().__init__()
        self._total = 0
        self._tiles: dict[int, Tile] = {}
        self._stale: set[int] = set()

    def clear(self) -> None:
        """Begin with other games, none of which is known."""
        self.beginResetModel()
        self._total, self._tiles, self._stale = 0, {}, set()
        self.endResetModel()

    def resize(self, total: int) -> None:
        """Have other games of the same cell, so many; what is known is shown until it has come anew."""
        nowhere, rows = QModelIndex(), self._total
        self._stale = set(self._tiles)
        if total > rows:
            self.beginInsertRows(nowhere, rows, total - 1)
            self._total = total
            self.endInsertRows()
        elif total < rows:
            self.beginRemoveRows(nowhere, total, rows - 1)
            self._total = total
            self._tiles = {row: tile for row, tile in self._tiles.items() if row < total}
            self.endRemoveRows()

    def put(self, first: int, tiles: Sequence[Tile]) -> None:
        """Take tiles from a row on."""
        self._tiles |= dict(enumerate(tiles, first))
        self._stale -= set(range(first, first + len(tiles)))
        if len(self._tiles) > KEPT:
            near = sorted(self._tiles, key=lambda row: abs(row - first))[:KEPT]
            self._tiles = {row: self._tiles[row] for row in near}
        if tiles:
            self.dataChanged.emit(self.index(first), self.index(first + len(tiles) - 1))

    def missing(self, first: int, last: int) -> bool:
        """Whether any of these rows is not known as it is now."""
        rows = range(first, min(last, self._total - 1) + 1)
        return any(row not in self._tiles or row in self._stale for row in rows)

    def rows_of(self, images: Container[int]) -> list[int]:
        """Where the games on these images are, as far as that is known."""
        return [row for row, tile in self._tiles.items() if row not in self._stale and tile.record.image in images]

    def tile(self, row: int) -> Tile | None:
        """What is known of a row."""
        return self._tiles.get(row)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008, N802
        return 0 if parent.isValid() else self._total

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        tile = self._tiles.get(index.row())
        if role == TILE:
            return tile
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{tile.record.name}: {tile.fate}" if tile else ""
        return None
