"""Evaluations are found, read, annotated, compared, exported, deleted, brought back, and run again."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from rnd_lab.gui.places import Places
from rnd_lab.gui.results.compare_dialog import CompareDialog
from rnd_lab.gui.results.evaluation_model import PAGE
from rnd_lab.gui.results.results_tab import ResultsTab
from rnd_lab.primitives.errors import LabError
from rnd_lab.results.database import Database
from tests.gui.results.conftest import names, select, settle
from tests.gui.results_file import GRID, PLAIN
from tests.gui.waiting import WAIT


def test_the_newest_is_selected_and_its_cells_are_shown(tab: ResultsTab) -> None:
    assert names(tab) == ["plain", "grid"]
    assert tab.details.title.full == "plain"
    assert "8 games" in tab.details.about.text()
    assert len(tab.details.failures.source.table.rows) == 2


def test_search_finds_names_notes_attacks_and_models(tab: ResultsTab, qtbot: QtBot) -> None:
    with Database(tab.path) as database:
        database.annotate(1, "for the paper")
    for text, found in (
        ("paper", ["grid"]),
        ("SQUARE", ["plain", "grid"]),
        ("resnet20 rnd", ["grid"]),
        ("zebra", []),
        ("", ["plain", "grid"]),
    ):
        qtbot.keyClick(tab.list.search, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClick(tab.list.search, Qt.Key.Key_Backspace)
        qtbot.keyClicks(tab.list.search, text)
        settle(tab, qtbot)
        assert names(tab) == found
        assert tab.list.note.isVisible() == (not found)


def test_a_note_is_kept_when_it_is_left(tab: ResultsTab, qtbot: QtBot) -> None:
    note = tab.details.note
    note.setFocus()
    qtbot.keyClicks(note, "baseline")
    with qtbot.waitSignal(tab.changed, timeout=WAIT):
        tab.list.search.setFocus()
    settle(tab, qtbot)
    assert tab.list.model.rows[0].note == "baseline"
    note.setFocus()
    qtbot.keyClicks(note, " not this")
    qtbot.keyClick(note, Qt.Key.Key_Escape)
    assert note.toPlainText() == "baseline"


def test_a_note_is_kept_when_the_window_is_closed(tab: ResultsTab, qtbot: QtBot) -> None:
    qtbot.keyClicks(tab.details.note, "last words")
    tab.finish()
    with Database(tab.path) as database:
        assert database.evaluation(2).note == "last words"


def test_a_note_stays_with_its_evaluation_when_that_is_deleted(tab: ResultsTab, qtbot: QtBot) -> None:
    """The button does not take the focus, so the note is still being typed when another evaluation is shown."""
    tab.details.note.setFocus()
    qtbot.keyClicks(tab.details.note, "about number 2")
    tab.details.delete.click()
    qtbot.waitUntil(lambda: names(tab) == ["grid"], timeout=WAIT)
    settle(tab, qtbot)
    assert tab.details.note.toPlainText() == ""
    tab.list.search.setFocus()
    settle(tab, qtbot)
    with Database(tab.path) as database:
        assert [database.evaluation(number).note for number in (1, 2)] == ["", "about number 2"]


def test_delete_undo_and_the_bin(tab: ResultsTab, qtbot: QtBot) -> None:
    select(tab, qtbot, 1)
    tab.list.table.setFocus()
    qtbot.keyClick(tab.list.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: names(tab) == ["plain"], timeout=WAIT)
    assert "grid" in tab.undo_bar.label.full
    tab.undo_bar.undo.click()
    qtbot.waitUntil(lambda: names(tab) == ["plain", "grid"], timeout=WAIT)
    assert not tab.undo_bar.isVisible()
    select(tab, qtbot, 1)
    tab.details.delete.click()
    qtbot.waitUntil(lambda: names(tab) == ["plain"], timeout=WAIT)
    tab.list.bin.click()
    qtbot.waitUntil(lambda: names(tab) == ["grid"], timeout=WAIT)
    settle(tab, qtbot)
    assert tab.details.delete.text() == "Restore"
    assert not tab.details.rerun.isEnabled()
    tab.list.table.setFocus()
    qtbot.keyClick(tab.list.table, Qt.Key.Key_Delete)
    assert not tab.lister.busy("delete")
    tab.details.delete.click()
    qtbot.waitUntil(lambda: names(tab) == [], timeout=WAIT)
    tab.list.bin.click()
    qtbot.waitUntil(lambda: names(tab) == ["plain", "grid"], timeout=WAIT)


def test_what_was_not_deleted_is_not_offered_back(
    tab: ResultsTab, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, deleted: bool) -> None:
        raise LabError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(Database, "delete", refuse)
        tab.details.delete.click()
        qtbot.waitUntil(lambda: bool(tab.toaster.toasts), timeout=WAIT)
    assert tab.toaster.toasts[-1].text == "The disk is full."
    assert not tab.undo_bar.isVisible()
    tab.details.delete.click()
    qtbot.waitUntil(lambda: names(tab) == ["grid"], timeout=WAIT)
    assert tab.undo_bar.label.full == "Deleted: plain"


def test_two_deletions_in_a_row_can_both_be_taken_back(tab: ResultsTab, qtbot: QtBot) -> None:
    tab.details.delete.click()
    tab.list.select(1)
    tab.details.delete.click()
    qtbot.waitUntil(lambda: names(tab) == [], timeout=WAIT)
    tab.undo_bar.undo.click()
    qtbot.waitUntil(lambda: names(tab) == ["grid"], timeout=WAIT)
    tab.undo_bar.undo.click()
    qtbot.waitUntil(lambda: names(tab) == ["plain", "grid"], timeout=WAIT)


def test_figures_of_queries_come_when_they_are_looked_at(tab: ResultsTab, qtbot: QtBot) -> None:
    assert not tab.details.costs.source.table.rows
    tab.details.tables.setCurrentWidget(tab.details.costs)
    settle(tab, qtbot)
    table = tab.details.costs.source.table
    assert len(table.rows) == 2
    assert "Median queries" in [heading.title for heading in table.headings]
    select(tab, qtbot, 1)
    settle(tab, qtbot)
    assert len(tab.details.costs.source.table.rows) == 4


def test_cells_are_sorted_by_a_click_on_a_heading_and_copied(tab: ResultsTab, qtbot: QtBot) -> None:
    select(tab, qtbot, 1)
    table = tab.details.failures
    column = [heading.title for heading in table.source.table.headings].index("ν")
    table.sortByColumn(column, Qt.SortOrder.DescendingOrder)
    shown = [float(table.model().index(row, column).data()) for row in range(4)]
    assert shown == sorted(shown, reverse=True)
    table.selectAll()
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 5
    assert "ν" in lines[0].split("\t")
    assert [float(line.split("\t")[column]) for line in lines[1:]] == shown
    heard = [table.model().index(0, at).data(Qt.ItemDataRole.AccessibleTextRole) for at in range(column + 1, 9)]
    assert any("[" in text and "–" in text for text in heard)


def test_two_cells_are_compared_on_the_same_images(tab: ResultsTab, qtbot: QtBot) -> None:
    select(tab, qtbot, 1)
    assert not tab.details.compare.isEnabled()
    tab.details.failures.select_row(0)
    tab.details.failures.select_row(3)
    tab.details.compare.click()
    table = comparison(tab, qtbot).table.source.table
    assert len(table.rows) == 1
    assert "p" in [heading.title for heading in table.headings]


def test_two_evaluations_are_compared_cell_by_cell(tab: ResultsTab, qtbot: QtBot) -> None:
    select(tab, qtbot, 1, 2)
    assert tab.details.title.full == "2 evaluations"
    tab.details.compare.click()
    dialog = comparison(tab, qtbot)
    assert len(dialog.table.source.table.rows) == 4  # each cell with RND against that of the same μ without
    dialog.copy()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 5


def comparison(tab: ResultsTab, qtbot: QtBot) -> CompareDialog:
    qtbot.waitUntil(lambda: bool(tab.window().findChildren(CompareDialog)), timeout=WAIT)
    return tab.window().findChildren(CompareDialog)[-1]


def test_evaluations_without_common_cells_say_so(tab: ResultsTab, qtbot: QtBot) -> None:
    other = GRID.model_copy(update={"name": "other", "mu": (0.3,)})
    with Database(tab.path) as database:
        database.add_evaluation(other.name, other.model_dump_json(), other.digest, other.cells())
    tab.refresh()
    qtbot.waitUntil(lambda: len(names(tab)) == 3, timeout=WAIT)
    select(tab, qtbot, 1, 3)
    tab.details.compare.click()
    qtbot.waitUntil(lambda: bool(tab.toaster.toasts), timeout=WAIT)
    assert "no cells to compare" in tab.toaster.toasts[-1].text


def test_run_again_and_explore_name_the_evaluation(tab: ResultsTab, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tab.rerun_wanted, timeout=WAIT) as signal:
        tab.details.rerun.click()
    assert signal.args == [PLAIN]
    with qtbot.waitSignal(tab.explore_wanted, timeout=WAIT) as signal:
        tab.details.explore.click()
    assert signal.args == [2]


def test_export_writes_all_kinds(tab: ResultsTab, tmp_path: Path, qtbot: QtBot) -> None:
    tab.export(tmp_path / "report", ("html", "latex", "csv", "json"))
    settle(tab, qtbot)
    assert "report.html" in tab.toaster.toasts[-1].text
    files = {path.name for path in (tmp_path / "report").iterdir()}
    assert {"report.html", "table.tex", "cells.csv", "games.csv", "report.json"} <= files
    assert len(json.loads((tmp_path / "report" / "report.json").read_text())["cells"]) == 2


def test_a_second_export_waits_for_the_first(tab: ResultsTab, tmp_path: Path, qtbot: QtBot) -> None:
    tab.export(tmp_path / "report", ("csv",))
    assert not tab.details.export.isEnabled()
    assert "still being written" in tab.details.export.toolTip()
    tab.list.select(1)
    assert not tab.details.export.isEnabled()
    settle(tab, qtbot)
    assert tab.details.export.isEnabled()
    assert "still being written" not in tab.details.export.toolTip()
    (tmp_path / "file").write_text("")
    tab.export(tmp_path / "file", ("csv",))
    settle(tab, qtbot)
    assert tab.details.export.isEnabled()


def test_export_to_a_place_that_cannot_be_written_is_told(tab: ResultsTab, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "file").write_text("")
    tab.export(tmp_path / "file", ("csv",))
    settle(tab, qtbot)
    assert tab.toaster.toasts[-1].level == "error"


def test_failed_cells_and_open_games_are_told(tab: ResultsTab, qtbot: QtBot) -> None:
    broken = GRID.model_copy(update={"name": "broken", "mu": (0.3,)})
    with Database(tab.path) as database:
        number = database.add_evaluation(broken.name, broken.model_dump_json(), broken.digest, broken.cells())
        database.fail_cell(database.cells(number)[0].id, "There is no file model.pt2.")
    tab.refresh()
    qtbot.waitUntil(lambda: len(names(tab)) == 3, timeout=WAIT)
    select(tab, qtbot, number)
    assert "1 failed cell" in tab.details.about.text()
    assert "cannot be played" in tab.details.warnings.text()
    told, place = tab.details.warnings.toolTip().splitlines()[:2]
    assert told == "These cells cannot be played."
    assert place.endswith(": There is no file model.pt2.")


def test_long_lists_come_in_pages(
    open_tab: Callable[[], ResultsTab], places: Places, qtbot: QtBot, played: Path
) -> None:
    with Database(places.results) as database:
        for number in range(PAGE + 20):
            database.add_evaluation(f"no. {number}", GRID.model_dump_json(), f"d{number}", [])
    tab = open_tab()
    settle(tab, qtbot)
    assert len(names(tab)) == PAGE
    tab.list.table.scrollToBottom()
    qtbot.waitUntil(lambda: len(names(tab)) == PAGE + 20, timeout=WAIT)
    tab.refresh()
    settle(tab, qtbot)
    assert len(names(tab)) == PAGE + 20  # what was shown stays


def test_no_results_yet(open_tab: Callable[[], ResultsTab]) -> None:
    tab = open_tab()
    assert "Batch tab" in tab.list.note.text()
    assert not tab.details.export.isEnabled()


def test_another_file_is_opened_and_a_broken_one_refused(tab: ResultsTab, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "other.db"
    with Database(path) as database:
        database.add_evaluation("elsewhere", GRID.model_dump_json(), "d", [])
    with qtbot.waitSignal(tab.file_changed, timeout=WAIT):
        tab.open_file(path)
    qtbot.waitUntil(lambda: names(tab) == ["elsewhere"], timeout=WAIT)
    broken = tmp_path / "broken.db"
    broken.write_text("just text " * 300)
    tab.open_file(broken)
    qtbot.waitUntil(lambda: bool(tab.toaster.toasts), timeout=WAIT)
    assert "no results file" in tab.toaster.toasts[-1].text


@pytest.mark.parametrize("kind", ["damaged", "missing"])
def test_a_file_that_cannot_be_read_leaves_the_one_before(
    tab: ResultsTab, kind: str, tmp_path: Path, places: Places, qtbot: QtBot
) -> None:
    other = tmp_path / "other.db"
    if kind == "damaged":
        other.write_text("just text " * 300)
    opened: list[Path] = []
    tab.file_changed.connect(opened.append)
    tab.open_file(other)
    tab.list.search.setText("grid")
    qtbot.waitUntil(lambda: bool(tab.toaster.toasts) and names(tab) == ["grid"], timeout=WAIT)
    settle(tab, qtbot)
    assert tab.path == places.results
    assert not opened
    assert tab.file_bar.isHidden()
    assert len(tab.details.failures.source.table.rows) == 4
    with qtbot.waitSignal(tab.changed, timeout=WAIT):
        tab.details.delete.click()
    settle(tab, qtbot)
    assert len(tab.toaster.toasts) == 1


def test_another_file_is_named_and_nothing_of_it_is_run(
    tab: ResultsTab, played: Path, tmp_path: Path, places: Places, qtbot: QtBot
) -> None:
    assert tab.file_bar.isHidden()
    tab.open_file(Path(shutil.copy(played, tmp_path / "colleague.db")))
    qtbot.waitUntil(tab.file_bar.isVisible, timeout=WAIT)
    settle(tab, qtbot)
    assert "colleague.db" in tab.file_bar.text.full
    assert not tab.details.rerun.isEnabled()
    assert "own results" in tab.details.rerun.toolTip()
    assert tab.details.explore.isEnabled()
    tab.file_bar.back.click()
    qtbot.waitUntil(tab.file_bar.isHidden, timeout=WAIT)
    settle(tab, qtbot)
    assert tab.path == places.results
    assert tab.details.rerun.isEnabled()
    assert "Batch" in tab.details.rerun.toolTip()


def test_own_results_are_shown_again_where_there_are_none_yet(
    open_tab: Callable[[], ResultsTab], played: Path, qtbot: QtBot
) -> None:
    tab = open_tab()
    tab.open_file(played)
    settle(tab, qtbot)
    assert names(tab) == ["plain", "grid"]
    tab.file_bar.back.click()
    assert names(tab) == []
    assert "Batch tab" in tab.list.note.text()
    assert tab.file_bar.isHidden()
    assert not tab.toaster.toasts


@pytest.mark.parametrize("times", [1, 2])
def test_closing_while_reading_leaves_nothing_behind(tab: ResultsTab, times: int) -> None:
    tab.refresh()
    for _ in range(times):
        tab.finish()
