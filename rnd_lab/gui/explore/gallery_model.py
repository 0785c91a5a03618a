"""The games of a cell as a list whose entries come when they are looked at."""

from collections.abc import Sequence

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

    def reset(self, total: int) -> None:
        """Begin with other games, none of which is known."""
        self.beginResetModel()
        self._total, self._tiles = total, {}
        self.endResetModel()

    def put(self, first: int, tiles: Sequence[Tile]) -> None:
        """Take tiles from a row on."""
        self._tiles |= dict(enumerate(tiles, first))
        if len(self._tiles) > KEPT:
            near = sorted(self._tiles, key=lambda row: abs(row - first))[:KEPT]
            self._tiles = {row: self._tiles[row] for row in near}
        if tiles:
            self.dataChanged.emit(self.index(first), self.index(first + len(tiles) - 1))

    def missing(self, first: int, last: int) -> bool:
        """Whether any of these rows is not known."""
        return any(row not in self._tiles for row in range(first, min(last, self._total - 1) + 1))

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
