"""The loss over the queries: what the attacker was told, what it believes, and the truth, for both sides."""

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rnd_lab.gui.views.colours import SideColours
from rnd_lab.gui.views.course import Course, course, has_decision_line, loss_title
from rnd_lab.gui.views.legend import KINDS, Kind, Legend, pen_of
from rnd_lab.gui.views.plot import Plot, colour_plot
from rnd_lab.gui.views.story import side_title
from rnd_lab.gui.widgets import IconButton
from rnd_lab.primitives.amounts import amount

if TYPE_CHECKING:
    from rnd_lab.experiments.duel import SideName, Snapshot
    from rnd_lab.experiments.run_spec import RunSpec

AXIS = 46
MOST_STRONG = 1000
"""A line with more corners is drawn thin: strong ones cost 3 ms each, and need no strength when they are that dense."""
FIRST = 100
"""Queries that the x axis has room for at the beginning."""
LEGIBLE = 150
"""Opacity, of 255, of the ground of a text that may lie on curves."""
NEAR = 0.6
"""Share of the x axis from which on a win is written to the left, and takes the place of what the line says."""


class LossPlot(Plot):
    """The plot and its legend. The axes grow with the game until the user zooms or moves them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Loss over queries", "loss.png", parent)
        self.legend = Legend()
        self.plot.setToolTip("")
        self.following = True
        self._extent: tuple[float, float, float] | None = None
        self._allowance = 1
        self._colours: SideColours | None = None
        self._thin: dict[tuple[SideName, Kind], bool] = {}
        self.curves = self._make_curves()
        self.ends = {side: pg.TextItem(anchor=(0, 1)) for side in self.legend.titles}
        self._line = pg.InfiniteLine(
            pos=0, angle=0, label="attack wins below 0", labelOpts={"position": 0.995, "anchors": [(1, 0), (1, 0)]}
        )
        self._furnish()
        self.legend.toggled.connect(lambda side, kind, shown: self.curves[side, kind].setVisible(shown))
        self.whole = IconButton("mdi6.fit-to-screen-outline", "Show the whole course again, and follow it")
        self.whole.clicked.connect(self.show_whole)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.legend, 1)
        head.addWidget(self.whole, 0, Qt.AlignmentFlag.AlignBottom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addWidget(self.plot, 1)

    def reset(self, names: "list[SideName]", spec: "RunSpec") -> None:
        """Begin with empty axes."""
        self.legend.set_sides({name: side_title(name, spec) for name in names})
        for curve in self.curves.values():
            curve.setData([], [])
        for text in self.ends.values():
            text.setVisible(False)
        self.plot.setLabel("left", loss_title(spec.threat))
        self._line.setVisible(has_decision_line(spec.threat))
        self._line.label.setVisible(True)
        self._allowance = spec.threat.allowance
        self._extent = None
        self.show_whole()

    def show_snapshot(self, snapshot: "Snapshot", spec: "RunSpec") -> None:
        """Draw the curves as they are now."""
        courses = {name: course(view, spec) for name, view in snapshot.sides.items()}
        for name, curves in courses.items():
            for kind in KINDS:
                self.curves[name, kind].setData(*getattr(curves, kind))
            self._set_pen(name, "truth", thin=len(curves.truth[0]) > MOST_STRONG)
        self._extent = _extent(list(courses.values()), has_decision_line(spec.threat))
        right = self._right(self._extent[0] if self._extent else 0)
        late = False
        for name, view in snapshot.sides.items():
            won = view.outcome is not None and view.outcome.status == "success"
            self.ends[name].setVisible(won and has_decision_line(spec.threat))
            if won and view.outcome:
                paid = view.outcome.account.paid
                near_the_end = paid > NEAR * right
                self.ends[name].setPlainText(f"won: {amount(paid, 'queries')}")
                self.ends[name].setPos(paid, float(courses[name].truth[1][-1]))
                self.ends[name].setAnchor((int(near_the_end), 1))
                late |= near_the_end
        self._line.label.setVisible(not late)
        if self.following:
            self._set_range()

    def show_whole(self) -> None:
        """Let the axes grow with the game again."""
        self.following = True
        self.whole.setEnabled(False)
        self._set_range()

    def recolour(self, colours: SideColours) -> None:
        """Take the colours of the sides, and those of the palette."""
        text, ground = self.palette().color(QPalette.ColorRole.Text), self.palette().color(QPalette.ColorRole.Base)
        colour_plot(self.plot, self.palette())
        self._colours = colours
        self._thin.clear()
        for side, kind in self.curves:
            self._set_pen(side, kind, thin=False)
        for side, end in self.ends.items():
            end.setColor(colours.of(side))
            end.fill = pg.mkBrush(ground.red(), ground.green(), ground.blue(), LEGIBLE)
        self._line.setPen(text, width=1)
        self._line.label.setColor(text)
        self.legend.recolour(colours)

    def _set_pen(self, side: "SideName", kind: Kind, *, thin: bool) -> None:
        if self._colours and self._thin.get((side, kind)) is not thin:
            self._thin[side, kind] = thin
            pen = pen_of(kind, self._colours.of(side), self.palette().color(QPalette.ColorRole.Base))
            pen.setWidth(1 if thin else pen.width())
            self.curves[side, kind].setPen(pen)

    def _make_curves(self) -> "dict[tuple[SideName, Kind], pg.PlotDataItem]":
        """Single answers lie below, the truth on top."""
        curves = {}
        for depth, kind in enumerate(reversed(KINDS)):
            for side in self.legend.titles:
                curve = pg.PlotDataItem(antialias=False, skipFiniteCheck=False)
                curve.setZValue(depth)
                self.plot.addItem(curve)
                curve.setDownsampling(auto=True, method="peak")
                curve.setClipToView(True)
                curves[side, kind] = curve
        return curves

    def _furnish(self) -> None:
        plot = self.plot
        plot.addItem(self._line)
        plot.setLabel("bottom", "queries (probes and their repeats)")
        plot.showGrid(x=True, y=True, alpha=0.25)
        for place in ("left", "bottom"):
            plot.getAxis(place).setStyle(tickFont=self.font(), tickTextOffset=4, maxTickLevel=1, maxTextLevel=0)
        plot.getAxis("left").setWidth(AXIS)
        for text in self.ends.values():
            text.setFont(self.font())
            text.setZValue(9)
            plot.addItem(text, ignoreBounds=True)
        box = plot.getViewBox()
        box.disableAutoRange()
        box.sigRangeChangedManually.connect(self._let_go)

    def _let_go(self) -> None:
        self.following = False
        self.whole.setEnabled(True)

    def _right(self, last: float) -> int:
        """Where the x axis ends when the last query is ``last``."""
        right = FIRST
        while right < last:
            right *= 2
        return min(right, self._allowance)

    def _set_range(self) -> None:
        """Grow in large steps, because every change of an axis is drawn anew."""
        last, low, high = self._extent or (0.0, -1.0, 1.0)
        step = 10 ** np.floor(np.log10(max(high - low, 1e-9))) / 5
        bottom, top = np.floor(low / step - 0.2) * step, np.ceil(high / step + 0.2) * step
        self.plot.getViewBox().setRange(xRange=(0, self._right(last)), yRange=(bottom, top), padding=0)


def _extent(courses: list[Course], decided: bool) -> tuple[float, float, float] | None:
    """Last query, lowest and highest loss of all curves; None where there is nothing to see."""
    points = [points for one in courses for points in (one.told, one.truth) if len(points[0])]
    if not points:
        return None
    lows, highs = [float(np.nanmin(y)) for _, y in points], [float(np.nanmax(y)) for _, y in points]
    zero = [0.0] if decided else []
    return max(float(x[-1]) for x, _ in points), min(lows + zero), max(highs + zero)
