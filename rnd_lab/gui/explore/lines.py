"""What all charts with lines share: a legend that hides lines, bands and bars of intervals."""

from collections.abc import Sequence

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseDragEvent
from PySide6.QtGui import QColor, QPalette

from rnd_lab.gui.explore.chart import DASHES, HUES, SYMBOLS, Chart
from rnd_lab.primitives.statistics import Estimate, Floats

Numbers = Sequence[float] | Floats

BANDS = 4
"""Lines that are drawn with bands; more bands hide each other, and get bars."""
MOST = 12
"""Lines that are shown at first; a click in the legend shows the others."""


class Lines:
    """The lines of a chart, with a legend below it. A click on a sample hides a line, with all that belongs to it.

    The chart calls :meth:`begin` before it draws them, and :meth:`finish` afterwards.
    """

    def __init__(self, chart: Chart) -> None:
        self._chart = chart
        self.legend = pg.LegendItem(colCount=2, horSpacing=18, verSpacing=-4)
        self.legend.mouseDragEvent = MouseDragEvent.ignore  # it stays below the plot
        item = chart.plot.getPlotItem()
        item.legend = self.legend
        item.layout.addItem(self.legend, 4, 1)
        item.showGrid(x=True, y=True, alpha=0.25)
        self._members: dict[str, list[pg.GraphicsObject]] = {}
        self._wanted: dict[str, bool] = {}
        self.legend.sigSampleClicked.connect(self._toggle)

    @property
    def labels(self) -> tuple[str, ...]:
        """The lines that are drawn, in their order."""
        return tuple(self._members)

    def is_shown(self, label: str) -> bool:
        """Whether a line can be seen."""
        return bool(self._members[label][0].isVisible())

    def show(self, label: str, shown: bool) -> None:
        """Show or hide a line from now on."""
        self._wanted[label] = shown
        self._show(label, shown)

    def begin(self) -> None:
        """Forget the lines that were drawn; the plot is empty."""
        self._members = {}

    def draw(self, index: int, label: str, xs: Numbers, ys: Numbers, *, step: bool = False) -> None:
        """Draw a line with its entry in the legend; one with ``step`` is a staircase without points."""
        colour, symbol = self._chart.colour(index), SYMBOLS[index % len(SYMBOLS)]
        dash = DASHES[index // (len(HUES[False]) + 1) % len(DASHES)]
        points = {"symbol": symbol, "symbolSize": 8, "symbolBrush": colour, "symbolPen": colour}
        look = {"stepMode": "right"} if step else points
        pen = pg.mkPen(colour, width=2, style=dash)
        curve = pg.PlotDataItem(xs, ys, pen=pen, antialias=True, name=label, **look)
        curve.setZValue(20)
        self._chart.plot.addItem(curve)
        self._members[label] = [curve]

    def add(self, label: str, *items: pg.GraphicsObject) -> None:
        """Draw what belongs to a line, and is hidden with it."""
        for item in items:
            self._chart.plot.addItem(item, ignoreBounds=True)
        self._members[label] += items

    def draw_band(self, index: int, label: str, xs: Numbers, bounds: Sequence[Estimate]) -> None:
        """Draw intervals as a band around a line."""
        low = pg.PlotCurveItem(xs, [it.low for it in bounds], pen=None)
        high = pg.PlotCurveItem(xs, [it.high for it in bounds], pen=None)
        self.add(label, low, high, pg.FillBetweenItem(low, high, brush=self.faint(index, 40)))

    def draw_bars(self, index: int, label: str, xs: Numbers, bounds: Sequence[Estimate]) -> None:
        """Draw intervals as bars through the points."""
        low, high = [it.low for it in bounds], [it.high for it in bounds]
        for x, bottom, top in zip(xs, low, high, strict=True):
            self.add(label, pg.PlotCurveItem([x, x], [bottom, top], pen=pg.mkPen(self.faint(index), width=1)))

    def draw_end(self, index: int, label: str, x: float, y: float) -> None:
        """Draw a single point."""
        symbol = SYMBOLS[index % len(SYMBOLS)]
        colour = self._chart.colour(index)
        self.add(label, pg.ScatterPlotItem([x], [y], symbol=symbol, size=8, brush=colour, pen=colour))

    def faint(self, index: int, alpha: int = 150) -> QColor:
        """The colour of a line, for what stands behind it."""
        colour = QColor(self._chart.colour(index))
        colour.setAlpha(alpha)
        return colour

    def finish(self) -> None:
        """Colour the legend, and hide what the user has hidden."""
        for _, label in self.legend.items:
            label.setText(label.text, color=self._chart.ink.color(QPalette.ColorRole.Text))
        for number, label in enumerate(self._members):
            self._show(label, self._wanted.get(label, number < MOST))

    def _toggle(self, curve: pg.PlotDataItem) -> None:
        self.show(curve.name(), curve.isVisible())

    def _show(self, label: str, shown: bool) -> None:
        for item in self._members[label]:
            item.setVisible(shown)
        for sample, _ in self.legend.items:
            sample.update()
