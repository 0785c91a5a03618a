"""The Results tab beside the others: keys, running again, exploring, another results file."""

import shutil
from pathlib import Path

from PIL import Image
from pytestqt.qtbot import QtBot

from rnd_lab.gui.main_window import MainWindow
from rnd_lab.gui.places import Places
from rnd_lab.gui.results.results_tab import ResultsTab
from tests.gui.results.conftest import names, settle
from tests.gui.results_file import GRID, PLAIN
from tests.gui.shell.conftest import open_window, window
from tests.gui.waiting import WAIT

__all__ = ["open_window", "window"]


def results_of(qtbot: QtBot, window: MainWindow) -> ResultsTab:
    """The Results tab, as the key shows it."""
    window.actions_by_key["show_results"].trigger()
    qtbot.waitUntil(lambda: window.pages.results is not None, timeout=WAIT)
    assert window.pages.results
    settle(window.pages.results, qtbot)
    return window.pages.results


def put(played: Path, places: Places) -> None:
    places.results.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(played, places.results)


def test_an_evaluation_is_explored_and_set_up_again(
    qtbot: QtBot, window: MainWindow, played: Path, places: Places
) -> None:
    put(played, places)
    tab = results_of(qtbot, window)
    assert names(tab) == ["plain", "grid"]
    tab.list.table.selectRow(1)
    settle(tab, qtbot)
    tab.details.explore.click()
    assert window.pages.shown == "Explore"
    explore = window.pages.explore
    assert explore
    qtbot.waitUntil(lambda: explore.evaluation.currentText().startswith("grid"), timeout=WAIT)
    window.actions_by_key["show_results"].trigger()
    settle(tab, qtbot)
    tab.details.rerun.click()
    qtbot.waitUntil(lambda: window.pages.shown == "Batch", timeout=WAIT)
    assert window.pages.batch
    assert window.pages.batch.draft.spec == GRID
    assert window.pages.batch.draft.spec != PLAIN


def test_a_results_file_that_is_opened_is_explored_as_well(
    qtbot: QtBot, window: MainWindow, played: Path, places: Places
) -> None:
    window.actions_by_key["show_explore"].trigger()
    qtbot.waitUntil(lambda: window.pages.explore is not None, timeout=WAIT)
    window.opening.open_path(played)
    assert window.pages.shown == "Results"
    assert window.pages.results
    settle(window.pages.results, qtbot)
    assert names(window.pages.results) == ["plain", "grid"]
    window.actions_by_key["show_explore"].trigger()
    explore = window.pages.explore
    assert explore
    qtbot.waitUntil(lambda: explore.evaluation.count() == 2, timeout=WAIT)
    assert str(played) in window.settings.recent


def test_both_tabs_go_back_to_the_own_results(
    qtbot: QtBot, window: MainWindow, played: Path, tmp_path: Path, places: Places
) -> None:
    put(played, places)
    tab = results_of(qtbot, window)
    window.actions_by_key["show_explore"].trigger()
    window.opening.open_path(Path(shutil.copy(played, tmp_path / "colleague.db")))
    settle(tab, qtbot)
    window.actions_by_key["show_explore"].trigger()
    explore = window.pages.explore
    assert explore
    qtbot.waitUntil(explore.file_bar.isVisible, timeout=WAIT)
    explore.file_bar.back.click()
    qtbot.waitUntil(explore.file_bar.isHidden, timeout=WAIT)
    assert window.pages.shown == "Explore"
    assert (explore.path, tab.path) == (places.results, places.results)
    qtbot.waitUntil(lambda: explore.evaluation.count() == 2 and not explore.reader.busy("cells"), timeout=WAIT)


def test_only_what_makes_sense_can_be_done_here(qtbot: QtBot, window: MainWindow) -> None:
    results_of(qtbot, window)
    actions = window.actions_by_key
    for key in ("start", "step", "stop", "undo", "redo", "copy", "save", "save_preset", "export_spec"):
        assert not actions[key].isEnabled(), key
    actions["show_attack"].trigger()
    for key in ("start", "step", "save_preset", "export_spec"):
        assert actions[key].isEnabled(), key


def test_an_image_that_is_opened_here_is_shown_in_the_attack_tab(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    results_of(qtbot, window)
    Image.new("RGB", (32, 32), "red").save(tmp_path / "red.png")
    window.opening.open_path(tmp_path / "red.png")
    assert window.pages.shown == "Attack"
    assert window.tab
    assert window.tab.draft.spec.image == str(tmp_path / "red.png")
