"""A measure over μ and ν, a square for each cell: what counts is their ratio."""

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor

from rnd_lab.gui.explore.cell_chart import CellChart
from rnd_lab.gui.explore.figures import MEASURES, Figures, Measure
from rnd_lab.gui.explore.panels import Panel, place
from rnd_lab.gui.explore.telling import shown, told
from rnd_lab.reports.axes import AXES

COLOURS = "cividis"
"""Even steps of lightness, the same to every kind of colour vision."""
MOST_TEXTS = 400
"""Squares that are so small that no number fits are left without."""


class HeatMap(CellChart):
    """μ from left to right, ν from below to above; incomplete cells have a star."""

    def __init__(self) -> None:
        super().__init__("Heat map")
        self.measure: Measure = "failure"
        self.setMouseEnabled(x=False, y=False)
        self._frame = pg.PlotCurveItem(connect="all")

    def tip(self, figures: Figures) -> str:
        return told(figures, self.measure, exact=False)

    def paint_panel(self, panel: Panel) -> None:
        cells = [it for line in panel.lines for it in line.cells]
        mus, nus = (sorted({place(it, axis) for it in cells}) for axis in ("mu", "nu"))
        values = np.full((len(nus), len(mus)), np.nan)
        for line in panel.lines:
            row = [(mus.index(place(it, "mu")), nus.index(place(it, "nu")), it) for it in line.cells]
            for x, y, it in row:
                values[y, x] = it.value(self.measure)
            self.spots([(float(x), float(y), it) for x, y, it in row])
        self._colour(values)
        if values.size <= MOST_TEXTS:
            self._write(values)
        for name, title, places in (("bottom", AXES["mu"].title, mus), ("left", AXES["nu"].title, nus)):
            self.getAxis(name).setTicks([[(float(at), f"{value:g}") for at, value in enumerate(places)]])
            self.setLabel(name, title)
            self.getAxis(name).setGrid(False)
        self.show_range(QRectF(-0.5, -0.5, len(mus), len(nus)))
        self._frame.setPen(pg.mkPen("#d55e00", width=3))
        self._frame.setZValue(40)
        self.addItem(self._frame, ignoreBounds=True)

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
        box = self.getPlotItem().getViewBox()
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
        self.addItem(image)

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
            self.addItem(text, ignoreBounds=True)
