"""The price of a defense: failure rate of the attack against clean accuracy, along ν."""

from html import escape

import pyqtgraph as pg
from PySide6.QtCore import QRectF

from rnd_lab.gui.explore.figures import Figures, Measure
from rnd_lab.gui.explore.line_chart import LineChart
from rnd_lab.gui.explore.panels import Panel
from rnd_lab.gui.explore.telling import interval

LABELLED = 4
"""Lines whose points have room for their ν."""
NARROWEST = 10.0
"""Percent of clean accuracy that the axis has room for at least."""


_TOLD: dict[Measure, str] = {"accuracy": "Clean accuracy", "failure": "Failure rate of the attack"}


class TradeOff(LineChart):
    """A line for each defended model, with a point for each ν; up and to the right is better for the defender."""

    def __init__(self) -> None:
        super().__init__("Trade-off")

    def tip(self, figures: Figures) -> str:
        rates = [f"{title}: {interval(figures.estimate(it), it)}" for it, title in _TOLD.items()]
        return f"<p style='white-space:pre'><b>{escape(figures.cell.cell.title)}</b><br>{'<br>'.join(rates)}</p>"

    def paint_panel(self, panel: Panel) -> None:
        self.lines.begin()
        lefts = []
        for index, line in enumerate(panel.lines):
            found = [
                (100 * it.value("accuracy"), 100 * it.value("failure"), it, nu)
                for it, nu in zip(line.cells, line.at, strict=True)
                if it.attacked
            ]
            lefts += [100 * it.estimate("accuracy").low for _, _, it, _ in found]
            self.lines.draw(index, line.label, [x for x, _, _, _ in found], [y for _, y, _, _ in found])
            self.spots(line.label, [(x, y, it) for x, y, it, _ in found])
            for x, y, it, nu in found:
                self._cross(index, line.label, x, y, it)
                if len(panel.lines) <= LABELLED:
                    self._name(index, line.label, x, y, nu)
        self.label_axes("clean accuracy (%)", "failure rate of the attack (%)")
        left = min(lefts, default=0.0)
        room = max(100 - left, NARROWEST) / 10
        left = min(left, 100 - NARROWEST) - room
        self.show_range(QRectF(left, -3, 100 + room - left, 107))
        self.lines.finish()

    def _cross(self, index: int, label: str, x: float, y: float, figures: Figures) -> None:
        across, up = figures.estimate("accuracy"), figures.estimate("failure")
        pen = pg.mkPen(self.lines.faint(index), width=1)
        self.lines.add(
            label,
            pg.PlotCurveItem([100 * across.low, 100 * across.high], [y, y], pen=pen),
            pg.PlotCurveItem([x, x], [100 * up.low, 100 * up.high], pen=pen),
        )

    def _name(self, index: int, label: str, x: float, y: float, nu: float) -> None:
        text = pg.TextItem(f"ν {nu:g}", self.colour(index), anchor=(-0.1, 1.1))
        text.setPos(x, y)
        self.lines.add(label, text)
