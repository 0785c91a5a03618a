"""The Results tab on real games."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from rnd_lab.gui.places import Places
from rnd_lab.gui.results.results_tab import ResultsTab
from rnd_lab.gui.toast import Toaster
from tests.gui.results_file import make_results
from tests.gui.waiting import WAIT


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_results(tmp_path_factory.mktemp("listed") / "results.db")


@pytest.fixture
def open_tab(qtbot: QtBot, places: Places) -> Iterator[Callable[[], ResultsTab]]:
    made = []

    def build() -> ResultsTab:
        window = QMainWindow()
        toaster = Toaster(window)
        qtbot.addWidget(window, before_close_func=lambda _: toaster.clear())
        tab = ResultsTab(places, toaster)
        window.setCentralWidget(tab)
        window.resize(1380, 860)
        made.append(tab)
        window.show()
        return tab

    yield build
    for tab in made:
        tab.close_readers()


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
    kinds += [(tab.reader, kind) for kind in ("cells", "costs", "compare", "export")]
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
