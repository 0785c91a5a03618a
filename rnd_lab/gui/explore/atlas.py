"""The plots of an evaluation: which of them there are, and the one that is shown."""

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from rnd_lab.gui.explore.cell_chart import CellChart
from rnd_lab.gui.explore.chart_frame import ChartFrame
from rnd_lab.gui.explore.curves import Curves
from rnd_lab.gui.explore.figures import MEASURES, Figures, Measure
from rnd_lab.gui.explore.heat_map import HeatMap
from rnd_lab.gui.explore.panels import Panel, Plan, plan
from rnd_lab.gui.explore.query_curves import QueryCurves
from rnd_lab.gui.explore.trade_off import TradeOff
from rnd_lab.gui.toast import Toaster
from rnd_lab.gui.widgets import Combo
from rnd_lab.primitives.statistics import Estimate
from rnd_lab.reports.axes import AXES, AxisName

View = Literal["map", "matrix", "curves", "queries", "price"]

VIEWS: dict[View, tuple[str, str]] = {
    "map": ("μ × ν", "A square for each cell over μ and ν"),
    "matrix": ("Attacks × defenses", "A square for each attack on each defended model"),
    "curves": ("Curves", "A measure over ν, μ, M or ε, with 95 % intervals"),
    "queries": ("Success by queries", "How many images had been won by so many queries"),
    "price": ("Trade-off", "Clean accuracy and failure rate along ν"),
}
PAGES: dict[View, int] = {"map": 0, "matrix": 0, "curves": 1, "queries": 2, "price": 3}
"""Places of the plots in the stack."""


class Atlas(QWidget):
    """Offers the plots and axes that the cells vary in.

    Signals: ``chosen(figures)`` a cell; ``medians_wanted(cells)`` intervals that are not known yet.
    """

    chosen = Signal(object)
    medians_wanted = Signal(object)

    def __init__(self, toaster: Toaster) -> None:
        super().__init__()
        self.map, self.curves, self.queries = HeatMap(), Curves(), QueryCurves()
        self.accuracy, self.price = Curves("Clean accuracy"), TradeOff()
        self.accuracy.measure = "accuracy"
        self.frames: dict[CellChart, ChartFrame] = {it: ChartFrame(it, toaster) for it in self.charts}
        self.bar = QTabBar()
        self.axis, self.measure, self.which = Combo(), Combo(), Combo()
        self.pages = QStackedWidget()
        self._plan = plan(())
        self._panels: list[Panel] = []
        self._wanted: View = "map"
        self._build()
        self.bar.currentChanged.connect(self._change_view)
        self.axis.activated.connect(self._lay_out)
        self.measure.activated.connect(self._draw)
        self.which.activated.connect(self._draw)
        for chart in self.charts:
            chart.chosen.connect(self._choose)

    @property
    def charts(self) -> tuple[HeatMap, Curves, QueryCurves, Curves, TradeOff]:
        """All plots."""
        return self.map, self.curves, self.queries, self.accuracy, self.price

    @property
    def view(self) -> View:
        """The kind of plot that is shown."""
        return list(VIEWS)[self.bar.currentIndex()]

    @property
    def axes(self) -> tuple[AxisName, ...]:
        """The axes that the plot shows; cells can be added along them."""
        shown: dict[View, tuple[AxisName, ...]] = {
            "map": ("nu", "mu"),
            "matrix": (),
            "curves": (self.axis.currentData(),),
            "queries": (),
            "price": ("nu",),
        }
        return shown[self.view]

    def show_plan(self, plan: Plan) -> None:
        """Show another evaluation, or the same one with more games.

        What the user chose stays; a kind of plot that these cells do not have comes back with cells that have it.
        """
        self._plan = plan
        offered = list(plan.curves)
        if offered != [self.axis.itemData(row) for row in range(self.axis.count())]:
            before = self.axis.currentData()
            self.axis.clear()
            for axis in offered:
                self.axis.addItem(f"over {AXES[axis].column}", axis)
            self.axis.setCurrentIndex(max(0, self.axis.findData(before)))
        there: dict[View, bool] = {
            "map": bool(plan.maps),
            "matrix": bool(plan.matrices),
            "curves": bool(offered),
            "queries": True,
            "price": "nu" in offered,
        }
        self.bar.blockSignals(True)
        for row, view in enumerate(VIEWS):
            if self.bar.isTabVisible(row) != there[view]:  # Qt forgets to lay out anew after a call without a change
                self.bar.setTabVisible(row, there[view])
        shown = self._wanted if there[self._wanted] else next(view for view in VIEWS if there[view])
        self.bar.setCurrentIndex(list(VIEWS).index(shown))
        self.bar.blockSignals(False)
        self._lay_out()

    def show_medians(self, medians: dict[int, Estimate]) -> None:
        """Take intervals of median queries, by cell."""
        self.curves.medians |= medians
        self._draw()

    def show_whole(self) -> None:
        """Let no plot stay zoomed."""
        for chart in self.charts:
            chart.zoomed = False

    def select(self, number: int | None) -> None:
        """Mark a cell in all plots."""
        for chart in self.charts:
            chart.select(number)

    def _build(self) -> None:
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setAccessibleName("Kind of plot")
        for title, tip in VIEWS.values():
            self.bar.setTabToolTip(self.bar.addTab(title), tip)
        for measure, meaning in MEASURES.items():
            self.measure.addItem(meaning.title, measure)
            self.measure.setItemData(self.measure.count() - 1, f"<p>{meaning.help}</p>", 3)
        self.axis.setAccessibleName("Axis")
        self.measure.setAccessibleName("Measure")
        self.which.setAccessibleName("Attack and rules")
        row = QHBoxLayout()
        for combo, stretch in ((self.measure, 2), (self.axis, 1), (self.which, 4)):
            row.addWidget(combo, stretch)
        both = QWidget()
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.frames[self.accuracy], 2)
        column.addWidget(self.frames[self.price], 3)
        for page in (self.frames[self.map], self.frames[self.curves], self.frames[self.queries], both):
            self.pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.bar)
        layout.addLayout(row)
        layout.addWidget(self.pages, 1)

    def _change_view(self) -> None:
        self._wanted = self.view
        self._lay_out()

    def _lay_out(self) -> None:
        """Divide the cells into panels, and offer them."""
        self._panels = self._divide()
        before = self.which.currentText()
        self.which.clear()
        self.which.addItems([panel.title for panel in self._panels])
        self.which.setCurrentIndex(max(0, self.which.findText(before)))
        self.which.setVisible(len(self._panels) > 1)
        self.axis.setVisible(self.view == "curves")
        self.measure.setVisible(self.view in ("map", "matrix", "curves"))
        self.pages.setCurrentIndex(PAGES[self.view])
        self._draw()

    def _divide(self) -> list[Panel]:
        if self.view == "map":
            return self._plan.maps
        if self.view == "matrix":
            return self._plan.matrices
        if self.view == "queries":
            return self._plan.queries
        return self._plan.curves[self.axis.currentData() if self.view == "curves" else "nu"]

    def _draw(self) -> None:
        if not self._panels:
            return
        panel = self._panels[max(0, self.which.currentIndex())]
        measure: Measure = self.measure.currentData()
        self.measure.setToolTip(self.measure.currentData(3))
        title = MEASURES[measure].title
        if self.view in ("map", "matrix"):
            self.map.measure = measure
            unit = " in %" if MEASURES[measure].share else ""
            self._show(self.map, panel, f"{title}{unit}: {panel.title}. * incomplete")
        elif self.view == "curves":
            self.curves.measure, self.curves.axis = measure, self.axis.currentData()
            self._show(self.curves, panel, f"{title}: {panel.title}")
            self._want_medians(panel)
        elif self.view == "queries":
            self._show(self.queries, panel, f"{panel.title}: a curve ends at the budget, at 1 − failure rate")
        else:
            self._show(self.accuracy, panel, "Clean accuracy under the defense")
            self._show(self.price, panel, f"{panel.title}: up and right is better for the defender")

    def _show(self, chart: CellChart, panel: Panel, title: str) -> None:
        if self.frames[chart].title.full != title:
            chart.zoomed = False
        self.frames[chart].title.say(title)
        chart.show_panel(panel)

    def _want_medians(self, panel: Panel) -> None:
        cells = [it for line in panel.lines for it in line.cells if it.number not in self.curves.medians]
        if self.curves.measure == "median" and cells:
            self.medians_wanted.emit(cells)

    def _choose(self, figures: Figures) -> None:
        self.select(figures.number)
        self.chosen.emit(figures)
