"""A plot of cells: points that can be chosen with mouse and keys."""

from abc import abstractmethod
from collections.abc import Sequence

import numpy as np
import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QToolTip

from rnd_lab.gui.explore.chart import Chart
from rnd_lab.gui.explore.figures import Figures
from rnd_lab.gui.explore.panels import Panel

NEAR = 14.0
"""Pixels between the mouse and a point that is meant."""
STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (1, 0),
    Qt.Key.Key_Down: (-1, 0),
}
"""Lines and cells that a key moves on."""

Spot = tuple[float, float, Figures]
"""Where a cell is drawn, in the plot's units."""


class CellChart(Chart):
    """Draws a panel. Subclasses paint in :meth:`paint_panel` and say with :meth:`spots` where their cells are.

    Signals: ``chosen(figures)``.
    """

    chosen = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.panel = Panel("", ())
        self.selected: int | None = None
        self._lines: list[tuple[str, list[Spot]]] = []
        self._ring = pg.ScatterPlotItem(size=15, brush=None, pxMode=True)
        self.plot.scene().sigMouseMoved.connect(self._hover)
        self.plot.scene().sigMouseClicked.connect(self._click)

    @abstractmethod
    def paint_panel(self, panel: Panel) -> None:
        """Draw a panel on the empty plot."""

    @abstractmethod
    def tip(self, figures: Figures) -> str:
        """What is told of a cell under the mouse."""

    @property
    def rows(self) -> list[list[Spot]]:
        """The spots that can be chosen, line by line."""
        return [row for label, row in self._lines if row and self.is_shown(label)]

    def is_shown(self, label: str) -> bool:
        """Whether a line can be seen."""
        return True

    def paint(self) -> None:
        self._lines = []
        self.paint_panel(self.panel)
        self._ring.setPen(pg.mkPen(self.ink.color(QPalette.ColorRole.Text), width=2))
        self._ring.setZValue(50)
        self.plot.addItem(self._ring, ignoreBounds=True)
        self.select(self.selected)

    def show_panel(self, panel: Panel) -> None:
        """Draw another panel, or the same one with newer figures."""
        self.panel = panel
        self.redraw()

    def select(self, number: int | None) -> None:
        """Mark a cell; None: no cell."""
        self.selected = number
        found = [(x, y) for x, y, it in self._spots() if it.number == number]
        self._ring.setData([x for x, _ in found], [y for _, y in found])

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if step := STEPS.get(Qt.Key(event.key())):
            self._move(*step)
        else:
            super().keyPressEvent(event)

    def spots(self, label: str, row: Sequence[Spot]) -> None:
        """Say where the cells of a line are drawn; the keys walk along it, and from line to line."""
        self._lines.append((label, list(row)))

    def _spots(self) -> list[Spot]:
        return [spot for row in self.rows for spot in row]

    def figures_at(self, position: QPointF) -> Figures | None:
        """The cell under a position of the scene."""
        box = self.plot.getViewBox()
        spots = self._spots()
        if not spots or not box.sceneBoundingRect().contains(position):
            return None
        size_x, size_y = box.viewPixelSize()
        at = box.mapSceneToView(position)
        away = [np.hypot((x - at.x()) / size_x, (y - at.y()) / size_y) for x, y, _ in spots]
        nearest = int(np.nanargmin(away)) if np.isfinite(away).any() else -1
        return spots[nearest][2] if nearest >= 0 and away[nearest] <= NEAR else None

    def _hover(self, position: QPointF) -> None:
        figures = self.figures_at(position)
        self.setCursor(Qt.CursorShape.PointingHandCursor if figures else Qt.CursorShape.ArrowCursor)
        if figures:
            at = self.plot.mapToGlobal(self.plot.mapFromScene(position))
            QToolTip.showText(at, self.tip(figures), self, self.rect())
        else:
            QToolTip.hideText()

    def _click(self, event: MouseClickEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if figures := self.figures_at(event.scenePos()):
            self._choose(figures)

    def _move(self, rows: int, columns: int) -> None:
        """Choose the neighbour of the marked cell; the first cell where none is marked."""
        lines = self.rows
        if not lines:
            return
        places = [
            (r, c) for r, line in enumerate(lines) for c, spot in enumerate(line) if spot[2].number == self.selected
        ]
        row, column = places[0] if places else (0, 0)
        if places:
            row = min(max(row + rows, 0), len(lines) - 1)
            column = min(max(column + columns, 0), len(lines[row]) - 1)
        self._choose(lines[row][column][2])

    def _choose(self, figures: Figures) -> None:
        self.select(figures.number)
        self.chosen.emit(figures)
