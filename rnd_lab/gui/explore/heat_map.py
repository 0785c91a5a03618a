"""A measure as a map with a square for each cell: over μ and ν, or over attacks and defended models."""

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from rnd_lab.gui.explore.cell_chart import CellChart
from rnd_lab.gui.explore.figures import MEASURES, Figures, Measure
from rnd_lab.gui.explore.panels import Panel
from rnd_lab.gui.explore.telling import shown, told
from rnd_lab.reports.heat_maps import COLOURS

MOST_TEXTS = 400
"""Squares that are so small that no number fits are left without."""


class HeatMap(CellChart):
    """The panel's columns from left to right, its lines from below to above; incomplete cells have a star."""

    def __init__(self) -> None:
        super().__init__("Heat map")
        self.measure: Measure = "failure"
        self.plot.setMouseEnabled(x=False, y=False)
        self._frame = pg.PlotCurveItem(connect="all")

    def tip(self, figures: Figures) -> str:
        return told(figures, self.measure, exact=False)

    def paint_panel(self, panel: Panel) -> None:
        values = np.full((len(panel.lines), len(panel.columns)), np.nan)
        for y, line in enumerate(panel.lines):
            for x, it in zip(line.at, line.cells, strict=True):
                values[y, int(x)] = it.value(self.measure)
            self.spots(line.label, [(x, float(y), it) for x, it in zip(line.at, line.cells, strict=True)])
        self._colour(values)
        if values.size <= MOST_TEXTS:
            self._write(values)
        rows = [line.label for line in panel.lines]
        for name, title, places in (("bottom", panel.below, panel.columns), ("left", panel.beside, rows)):
            self.plot.getAxis(name).setTicks([[(float(at), it.replace(" (", "\n(")) for at, it in enumerate(places)]])
            self.plot.setLabel(name, title)
            self.plot.getAxis(name).setGrid(False)
        self.show_range(QRectF(-0.5, -0.5, values.shape[1], values.shape[0]))
        self._frame.setPen(pg.mkPen("#d55e00", width=3))
        self._frame.setZValue(40)
        self.plot.addItem(self._frame, ignoreBounds=True)

    def select(self, number: int | None) -> None:
        self.selected = number
        found = [(x, y) for x, y, it in self._spots() if it.number == number]
        if not found:
            self._frame.setData([], [])
            return
        (x, y), half = found[0], 0.48
        self._frame.setData(
            [x - half, x + half, x + half, x - half, x - half], [y - half, y - half, y + half, y + half, y - half]
        )

    def figures_at(self, position: QPointF) -> Figures | None:
        box = self.plot.getViewBox()
        if not box.sceneBoundingRect().contains(position):
            return None
        at = box.mapSceneToView(position)
        spots = [it for x, y, it in self._spots() if abs(x - at.x()) <= 0.5 and abs(y - at.y()) <= 0.5]
        return spots[0] if spots else None

    def _levels(self, values: "np.typing.NDArray[np.float64]") -> tuple[float, float]:
        if MEASURES[self.measure].share:
            return 0.0, 1.0
        known = values[np.isfinite(values)]
        return (0.0, float(known.max())) if known.size else (0.0, 1.0)

    def _colour(self, values: "np.typing.NDArray[np.float64]") -> None:
        image = pg.ImageItem(values, axisOrder="row-major", levels=self._levels(values))
        image.setColorMap(pg.colormap.get(COLOURS))
        image.setRect(QRectF(-0.5, -0.5, values.shape[1], values.shape[0]))
        self.plot.addItem(image)

    def _write(self, values: "np.typing.NDArray[np.float64]") -> None:
        low, high = self._levels(values)
        for x, y, it in self._spots():
            value = values[int(y), int(x)]
            bright = math.isfinite(value) and value > (low + high) / 2
            known = math.isfinite(value)
            colour = QColor("#000000" if bright else "#ffffff") if known else self.ink.color(self.ink.ColorRole.Text)
            text = pg.TextItem(f"{shown(value, self.measure)}{'' if it.complete else '*'}", colour, anchor=(0.5, 0.5))
            text.setFont(self.font())
            text.setPos(x, y)
            self.plot.addItem(text, ignoreBounds=True)
