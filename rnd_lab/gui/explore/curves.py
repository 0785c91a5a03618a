"""A measure over ν, μ, M or ε: a line for each defended model, with 95 % intervals."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF

from rnd_lab.gui.explore.figures import MEASURES, Figures, Measure
from rnd_lab.gui.explore.line_chart import LineChart
from rnd_lab.gui.explore.lines import BANDS
from rnd_lab.gui.explore.panels import Line, Panel
from rnd_lab.gui.explore.telling import told
from rnd_lab.gui.explore.ticks import Scale
from rnd_lab.primitives.statistics import Estimate
from rnd_lab.reports.axes import AXES, AxisName


class Curves(LineChart):
    """Lines over an axis. ``medians`` are the intervals of median queries, by cell; they come when they are there."""

    def __init__(self, name: str = "Curves") -> None:
        super().__init__(name)
        self.measure: Measure = "failure"
        self.axis: AxisName = "nu"
        self.medians: dict[int, Estimate] = {}

    def tip(self, figures: Figures) -> str:
        return told(figures, self.measure, exact=False)

    def paint_panel(self, panel: Panel) -> None:
        self.lines.begin()
        scale = Scale(place for line in panel.lines for place in line.at)
        factor = 100.0 if MEASURES[self.measure].share else 1.0
        tops = []
        for index, line in enumerate(panel.lines):
            found = [_scaled(self._estimate(it), factor) for it in line.cells]
            tops += [it.high for it in found]
            xs = [scale.at(place) for place in line.at]
            self._draw(index, line, xs, found, bands=len(panel.lines) <= BANDS)
        unit = " (%)" if MEASURES[self.measure].share else ""
        self.label_axes(AXES[self.axis].title, MEASURES[self.measure].axis + unit)
        self.plot.getAxis("bottom").setTicks([scale.ticks()])
        left, right = scale.span
        top = 104.0 if unit else 1.05 * max([it for it in tops if it == it], default=1.0)
        self.show_range(QRectF(left, -0.03 * top, right - left, 1.03 * top))
        self.lines.finish()

    def _draw(self, index: int, line: Line, xs: Sequence[float], found: Sequence[Estimate], *, bands: bool) -> None:
        known = [(x, it, cell) for x, it, cell in zip(xs, found, line.cells, strict=True) if it.value == it.value]
        xs, found = [x for x, _, _ in known], [it for _, it, _ in known]
        self.lines.draw(index, line.label, xs, [it.value for it in found])
        (self.lines.draw_band if bands else self.lines.draw_bars)(index, line.label, xs, found)
        self.spots(line.label, [(x, it.value, cell) for x, it, cell in known])

    def _estimate(self, figures: Figures) -> Estimate:
        if self.measure != "median":
            return figures.estimate(self.measure)
        value = figures.value("median")
        return self.medians.get(figures.number, Estimate(value, value, value))


def _scaled(estimate: Estimate, factor: float) -> Estimate:
    return Estimate(factor * estimate.value, factor * estimate.low, factor * estimate.high)
