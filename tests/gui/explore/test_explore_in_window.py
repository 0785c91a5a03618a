"""From a plot to a game that is played again, and to more cells: through the whole window."""

import shutil
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from rnd_lab.gui.explore.explore_tab import ExploreTab
from rnd_lab.gui.main_window import MainWindow
from rnd_lab.gui.places import Places
from rnd_lab.gui.player import State
from tests.gui.explore.conftest import cell_at, click, with_the_first
from tests.gui.shell.conftest import open_window, window
from tests.gui.waiting import WAIT

__all__ = ["open_window", "window"]


def explore_of(qtbot: QtBot, window: MainWindow, played: Path, places: Places) -> ExploreTab:
    """The Explore tab with the map of 2 ν × 2 μ."""
    places.results.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(played, places.results)
    window.actions_by_key["show_explore"].trigger()
    qtbot.waitUntil(lambda: window.pages.explore is not None, timeout=WAIT)
    tab = window.pages.explore
    assert tab
    return with_the_first(tab, qtbot)


def test_enter_on_a_game_plays_it_again_with_the_same_outcome(
    qtbot: QtBot, window: MainWindow, played: Path, places: Places
) -> None:
    tab = explore_of(qtbot, window, played, places)
    click(qtbot, tab.atlas.map, cell_at(tab, 0.05, 0.2).number)
    qtbot.waitUntil(lambda: tab.gallery.model.tile(0) is not None, timeout=WAIT)
    tile = tab.gallery.model.tile(0)
    assert tile
    tab.gallery.view.setCurrentIndex(tab.gallery.model.index(0))
    qtbot.keyClick(tab.gallery.view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.pages.shown == "Attack", timeout=WAIT)
    attack = window.tab
    assert attack
    qtbot.waitUntil(lambda: attack.state is State.DONE, timeout=WAIT)
    snapshot = attack.player.snapshot
    assert snapshot
    outcome = snapshot.sides["defended"].outcome
    assert outcome
    assert (outcome.status, outcome.account.published) == (tile.record.status, tile.record.published)


def test_cells_that_are_added_around_a_point_are_played_and_drawn(
    qtbot: QtBot, window: MainWindow, played: Path, places: Places
) -> None:
    tab = explore_of(qtbot, window, played, places)
    click(qtbot, tab.atlas.map, cell_at(tab, 0.05, 0.2).number)
    tab.refine.click()
    batch = window.pages.batch
    assert batch
    assert batch.busy
    qtbot.waitUntil(lambda: not batch.busy, timeout=WAIT)
    tab.refresh()
    qtbot.waitUntil(lambda: sum(len(row) for row in tab.atlas.map.rows) == 9, timeout=WAIT)
