"""The Explore tab on real games."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from rnd_lab.gui.explore.cell_chart import CellChart
from rnd_lab.gui.explore.explore_tab import ExploreTab
from rnd_lab.gui.explore.figures import Figures
from rnd_lab.gui.places import Places
from rnd_lab.reports.axes import place
from tests.gui.conftest import Host
from tests.gui.waiting import WAIT


@pytest.fixture
def open_tab(host: Host, places: Places) -> Callable[[], ExploreTab]:
    return lambda: host(lambda toaster: ExploreTab(places, toaster), ExploreTab.finish)


@pytest.fixture
def tab(open_tab: Callable[[], ExploreTab], played: Path, places: Places, qtbot: QtBot) -> ExploreTab:
    """The tab with the evaluation of 2 ν × 2 μ."""
    places.results.parent.mkdir(parents=True)
    shutil.copy(played, places.results)
    return with_the_first(open_tab(), qtbot)


def with_the_first(tab: ExploreTab, qtbot: QtBot) -> ExploreTab:
    """The tab when it shows the first evaluation."""
    tab.show_evaluation(1)
    qtbot.waitUntil(lambda: tab.evaluation.currentData() == 1 and not tab.reader.busy("cells"), timeout=WAIT)
    return tab


def place_of(chart: CellChart, number: int) -> QPoint:
    """Where a cell is drawn, in the chart's viewport."""
    x, y = next((x, y) for row in chart.rows for x, y, it in row if it.number == number)
    return chart.plot.mapFromScene(chart.plot.getViewBox().mapViewToScene(QPointF(x, y)))


def click(qtbot: QtBot, chart: CellChart, number: int) -> None:
    """Click where a cell is drawn."""
    qtbot.mouseClick(chart.plot.viewport(), Qt.MouseButton.LeftButton, pos=place_of(chart, number))


def cell_at(tab: ExploreTab, nu: float, mu: float) -> Figures:
    """The cell of the map at a ν and a μ."""
    cells = [it for row in tab.atlas.map.rows for _, _, it in row]
    return next(it for it in cells if (place(it.cell.cell.spec, "nu"), place(it.cell.cell.spec, "mu")) == (nu, mu))


@pytest.fixture
def chosen(tab: ExploreTab, qtbot: QtBot) -> Figures:
    """A cell of the map that was clicked, with its games in the gallery."""
    found = cell_at(tab, 0.05, 0.2)
    click(qtbot, tab.atlas.map, found.number)
    qtbot.waitUntil(lambda: tab.gallery.model.tile(0) is not None, timeout=WAIT)
    return found
