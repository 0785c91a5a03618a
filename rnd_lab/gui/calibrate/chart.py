"""The live plot: accuracy over ν, a line for each model, and the largest ν that it bears."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor

from rnd_lab.game.calibrate import AccuracyCurve, bearing
from rnd_lab.gui.explore.chart import Chart
from rnd_lab.gui.explore.lines import BANDS, Lines
from rnd_lab.gui.explore.ticks import Scale
from rnd_lab.primitives.statistics import Estimate
from rnd_lab.reports.axes import AXES
from rnd_lab.reports.table import percent

LOWEST_SPAN = 10.0
"""Percent that the vertical axis shows at least."""
ROOM = 0.07
"""Share of the lines' height that is left free above and below them, and for the bar of each answer."""


@dataclass(frozen=True)
class AccuracyLine:
    """A curve with its name; ``index`` decides its colour."""

    index: int
    label: str
    curve: AccuracyCurve


class AccuracyChart(Chart):
    """Draws what is measured so far on an axis that has room for all of it."""

    def __init__(self) -> None:
        super().__init__("Accuracy over ν")
        self.lines = Lines(self)
        self.shown: tuple[AccuracyLine, ...] = ()
        self._nus: Sequence[float] = (0.0,)
        self._max_loss = 0.0

    def show_lines(self, lines: Sequence[AccuracyLine], nus: Sequence[float], max_loss: float) -> None:
        """Draw curves over the ν that are to be measured, and the answers for an allowed loss (a share)."""
        self.shown, self._nus, self._max_loss = tuple(lines), nus, max_loss
        self.redraw()

    def paint(self) -> None:
        self.lines.begin()
        scale = Scale(self._nus)
        left, right = scale.span
        bounds = [100 * end for line in self.shown for it in line.curve.accuracies for end in (it.low, it.high)]
        low, high = min(bounds, default=0.0), max(bounds, default=100.0)
        low = max(min(low, high - LOWEST_SPAN), 0.0)
        room = ROOM * (high - low)
        bottom = low - room * (1 + len(self.shown))
        for level, line in enumerate(self.shown, start=1):
            self._draw(line)
            self._mark(line, bottom, bottom + room * level)
        self.label_axes(AXES["nu"].title, "accuracy (%)")
        self.plot.getAxis("bottom").setTicks([scale.ticks()])
        self.show_range(QRectF(left, bottom, right - left, high + room - bottom))
        self.lines.finish()

    def _draw(self, line: AccuracyLine) -> None:
        xs, found = list(line.curve.nus), [_scaled(it) for it in line.curve.accuracies]
        ys = [it.value for it in found]
        self.lines.draw(line.index, line.label, xs, ys)
        banded = len(self.shown) <= BANDS and len(xs) > 1
        (self.lines.draw_band if banded else self.lines.draw_bars)(line.index, line.label, xs, found)
        tips = [_tip(line.label, nu, it) for nu, it in zip(xs, line.curve.accuracies, strict=True)]
        points = pg.ScatterPlotItem(
            xs, ys, data=tips, size=14, pen=None, brush=QColor(0, 0, 0, 0), hoverable=True, tip=lambda x, y, data: data
        )
        points.setZValue(30)
        self.lines.add(line.label, points)

    def _mark(self, line: AccuracyLine, bottom: float, level: float) -> None:
        """A ring at the answer, a line down to the axis, the interval of ν just above it, and the accuracy allowed."""
        if len(line.curve.nus) < 2:
            return
        answer = bearing(line.curve, self._max_loss)
        largest, height = answer.largest, 100 * answer.there.value
        at, floor = largest.value, 100 * (answer.clean.value - self._max_loss)
        colour = self.colour(line.index)
        down = pg.mkPen(colour, width=1.5, style=Qt.PenStyle.DashLine)
        allowed = pg.mkPen(self.lines.faint(line.index, 170), width=1, style=Qt.PenStyle.DotLine)
        ring = pg.ScatterPlotItem([at], [height], size=16, brush=None, pen=pg.mkPen(colour, width=2))
        ring.setZValue(40)
        right = self._nus[-1] - largest.high >= largest.low  # where there is more room beside the bar
        text = pg.TextItem(f"ν {'≥' if answer.open else '≤'} {at:g}", colour, anchor=(0 if right else 1, 0.5))
        text.setPos(largest.high if right else largest.low, level)
        self.lines.add(
            line.label,
            pg.PlotCurveItem([0, line.curve.nus[-1]], [floor, floor], pen=allowed),
            pg.PlotCurveItem([at, at], [bottom, height], pen=down, antialias=True),
            pg.PlotCurveItem([largest.low, largest.high], [level, level], pen=pg.mkPen(colour, width=3)),
            ring,
            text,
        )


def _scaled(it: Estimate) -> Estimate:
    return Estimate(100 * it.value, 100 * it.low, 100 * it.high)


def _tip(label: str, nu: float, accuracy: Estimate) -> str:
    entry = percent(accuracy)
    return f"<p style='white-space:pre'><b>{escape(label)}</b><br>ν {nu:g}: {entry.text} [{entry.interval}]</p>"
