"""The Results tab on real games."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from rnd_lab.gui.places import Places
from rnd_lab.gui.results.results_tab import ResultsTab
from tests.gui.conftest import Host
from tests.gui.waiting import WAIT


@pytest.fixture
def open_tab(host: Host, places: Places) -> Callable[[], ResultsTab]:
    return lambda: host(lambda toaster: ResultsTab(places, toaster), ResultsTab.finish)


@pytest.fixture
def tab(open_tab: Callable[[], ResultsTab], played: Path, places: Places, qtbot: QtBot) -> ResultsTab:
    """The tab with the evaluations "grid" (1) and "plain" (2), the second of which is selected."""
    places.results.parent.mkdir(parents=True)
    shutil.copy(played, places.results)
    tab = open_tab()
    settle(tab, qtbot)
    return tab


def settle(tab: ResultsTab, qtbot: QtBot) -> None:
    """Wait until everything that was asked is there."""
    kinds = [(tab.lister, "list"), (tab.lister, "note"), (tab.lister, "delete")]
    kinds += [(tab.reader, kind) for kind in ("cells", "costs", "compare")] + [(tab.exporter, "export")]
    qtbot.waitUntil(lambda: not any(reader.busy(kind) for reader, kind in kinds), timeout=WAIT)


def select(tab: ResultsTab, qtbot: QtBot, *numbers: int) -> None:
    """Select evaluations and wait for their cells."""
    tab.list.table.clearSelection()
    for number in numbers:
        row = tab.list.model.row_of(number)
        assert row is not None
        flags = tab.list.table.selectionModel().SelectionFlag
        tab.list.table.selectionModel().select(tab.list.model.index(row, 0), flags.Select | flags.Rows)
    settle(tab, qtbot)


def names(tab: ResultsTab) -> list[str]:
    """What is listed."""
    return [it.name for it in tab.list.model.rows]
