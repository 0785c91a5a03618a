"""Success against queries: how many of the attacked images had fallen by then. Games not won are censored."""

import numpy as np
from PySide6.QtCore import QRectF

from rnd_lab.gui.explore.figures import Figures
from rnd_lab.gui.explore.line_chart import LineChart
from rnd_lab.gui.explore.lines import BANDS
from rnd_lab.gui.explore.panels import Panel
from rnd_lab.gui.explore.telling import told
from rnd_lab.gui.explore.ticks import powers
from rnd_lab.primitives.statistics import Estimate, Floats

POINTS = 200
"""Steps drawn of a curve; a plot is hardly wider."""


class QueryCurves(LineChart):
    """A staircase for each cell, from 1 query to the budget, where it ends in a point: what is above it held out."""

    def __init__(self) -> None:
        super().__init__("Success against queries")

    def tip(self, figures: Figures) -> str:
        return told(figures, "failure")

    def paint_panel(self, panel: Panel) -> None:
        self.lines.begin()
        cells = [line.cells[0] for line in panel.lines]
        limit = max(it.cell.cell.spec.threat.allowance for it in cells)
        for index, line in enumerate(panel.lines):
            cell = line.cells[0]
            if cell.steps is None:
                continue
            end = cell.cell.cell.spec.threat.allowance
            chosen = np.unique(np.linspace(0, len(cell.steps.at) - 1, POINTS).round().astype(int))
            xs = np.log10(np.append(cell.steps.at[chosen], end).clip(1, None))
            value, low, high = (_held(it[chosen]) for it in (cell.steps.value, cell.steps.low, cell.steps.high))
            self.lines.draw(index, line.label, xs, value, step=True)
            if len(panel.lines) <= BANDS:
                stairs = np.repeat(xs, 2)[1:]
                bounds = [
                    Estimate(np.nan, float(a), float(b))
                    for a, b in zip(np.repeat(low, 2)[:-1], np.repeat(high, 2)[:-1], strict=True)
                ]
                self.lines.draw_band(index, line.label, stairs, bounds)
            self.lines.draw_end(index, line.label, float(xs[-1]), float(value[-1]))
            self.spots(line.label, [(float(xs[-1]), float(value[-1]), cell)])
        self.label_axes("queries, as published", "share of attacked images won (%)")
        self.plot.getAxis("bottom").setTicks([powers(limit)])
        self.show_range(QRectF(0, -3, 1.03 * np.log10(max(limit, 2)), 107))
        self.lines.finish()


def _held(values: Floats) -> Floats:
    """In percent; the last value holds on to the budget."""
    return 100 * np.append(values, values[-1])
