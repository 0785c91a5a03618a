"""What the plots offer, show and save."""

import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QImage, QPalette
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from rnd_lab.attacks.nes import NesSpec
from rnd_lab.attacks.square import SquareSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.evaluation.run import evaluate
from rnd_lab.evaluation.spec import DefendedModel
from rnd_lab.gui.explore.atlas import VIEWS, View
from rnd_lab.gui.explore.chart import Chart
from rnd_lab.gui.explore.explore_tab import ExploreTab
from rnd_lab.gui.explore.figures import Measure
from rnd_lab.gui.places import Places
from rnd_lab.gui.theme import DARK, palette
from rnd_lab.reports.summary import summarize
from rnd_lab.results.database import Database
from tests.gui.explore.conftest import cell_at, click, place_of
from tests.gui.results_file import GRID
from tests.gui.waiting import WAIT


@pytest.fixture
def at_night(qapp: QApplication) -> Iterator[None]:
    before = QPalette(qapp.palette())
    qapp.setPalette(palette(DARK))
    yield
    qapp.setPalette(before)


def look_at(tab: ExploreTab, view: View) -> None:
    tab.atlas.bar.setCurrentIndex(list(VIEWS).index(view))


def measure(tab: ExploreTab, name: Measure) -> None:
    combo = tab.atlas.measure
    combo.setCurrentIndex(combo.findData(name))
    combo.activated.emit(combo.currentIndex())


def offered(tab: ExploreTab) -> list[View]:
    return [view for row, view in enumerate(VIEWS) if tab.atlas.bar.isTabVisible(row)]


def test_only_what_varies_is_offered(tab: ExploreTab, qtbot: QtBot) -> None:
    assert offered(tab) == ["map", "curves", "queries", "price"]
    assert [tab.atlas.axis.itemData(row) for row in range(tab.atlas.axis.count())] == ["nu", "mu"]
    tab.show_evaluation(2)  # no defense: only μ varies
    qtbot.waitUntil(lambda: offered(tab) == ["curves", "queries"], timeout=WAIT)
    assert [tab.atlas.axis.itemData(row) for row in range(tab.atlas.axis.count())] == ["mu"]


def test_an_evaluation_without_a_map_does_not_take_the_map_from_the_next_one(tab: ExploreTab, qtbot: QtBot) -> None:
    def show(number: int) -> View:
        tab.show_evaluation(number)
        qtbot.waitUntil(lambda: not tab.reader.busy("list") and not tab.reader.busy("cells"), timeout=WAIT)
        assert tab.evaluation.currentData() == number
        return tab.atlas.view

    assert [show(1), show(2), show(1)] == ["map", "curves", "map"]
    look_at(tab, "queries")
    assert [show(2), show(1)] == ["queries", "queries"]


def test_map_has_the_failure_rates_of_the_games(tab: ExploreTab, played: Path) -> None:
    shown = {it.number: it.value("failure") for row in tab.atlas.map.rows for _, _, it in row}
    with Database(played, create=False) as database:
        for cell in database.cells(1):
            games = [game for game in database.games(cell.id) if game.status in ("success", "failure")]
            failed = sum(game.status == "failure" for game in games)
            assert shown[cell.id] == pytest.approx(failed / len(games))
    assert len(shown) == 4


def test_a_view_that_is_not_offered_leaves_no_gap(tab: ExploreTab) -> None:
    assert "matrix" not in offered(tab)
    places = [tab.atlas.bar.tabRect(list(VIEWS).index(view)) for view in offered(tab)]
    assert all(right.left() - left.right() <= 1 for left, right in pairwise(places))


def test_several_attacks_on_several_defended_models_are_a_matrix(
    open_tab: Callable[[], ExploreTab], places: Places, qtbot: QtBot
) -> None:
    models = (DefendedModel(title="None"), DefendedModel(title="Noisy", defense=(RndSpec(nu=0.05),)))
    table = GRID.model_copy(update={"models": models, "attacks": (SquareSpec(), NesSpec()), "nu": (), "mu": ()})
    places.results.parent.mkdir(parents=True)
    evaluate(table, places.results, "cpu")
    tab = open_tab()
    qtbot.waitUntil(lambda: tab.atlas.isVisible() and tab.atlas.view == "matrix", timeout=WAIT)
    matrix = tab.atlas.map
    assert [line.label for line in matrix.panel.lines] == ["Noisy", "None"]  # from below to above
    assert matrix.panel.columns == ("Square", "NES")
    measure(tab, "vote")
    with Database(places.results) as database:
        for cell in summarize(database, 1):
            y = {"Noisy": 0.0, "None": 1.0}[cell.cell.title.split(" · ")[0]]
            x = {"square": 0.0, "nes": 1.0}[cell.cell.spec.attack.name]
            (shown,) = [it for row in matrix.rows for *at, it in row if at == [x, y]]
            assert shown.number == cell.cell.id
            assert shown.value("vote") == cell.failure["vote"].value
    click(qtbot, matrix, shown.number)
    assert tab.chosen == shown


@pytest.mark.parametrize("name", ["failure", "vote", "true", "median", "accuracy"])
def test_every_measure_is_drawn(tab: ExploreTab, name: Measure, qtbot: QtBot) -> None:
    measure(tab, name)
    assert tab.atlas.map.measure == name
    look_at(tab, "curves")
    qtbot.waitUntil(lambda: not tab.reader.busy("medians"), timeout=WAIT)
    assert tab.atlas.curves.measure == name
    assert len(tab.atlas.curves.lines.legend.items) == 2  # a line for each μ


def test_a_click_on_a_point_of_any_plot_chooses_its_cell(tab: ExploreTab, qtbot: QtBot) -> None:
    number = cell_at(tab, 0.01, 0.2).number
    charts: dict[View, Chart] = {"curves": tab.atlas.curves, "queries": tab.atlas.queries, "price": tab.atlas.price}
    for view, chart in charts.items():
        tab._choose(None)
        look_at(tab, view)
        tab.atlas.which.setCurrentIndex(1 if view == "queries" else 0)  # the panel of μ 0.2
        tab.atlas.which.activated.emit(tab.atlas.which.currentIndex())
        qtbot.waitUntil(lambda: chart.isVisible() and chart.plot.getPlotItem().width() > 100)  # noqa: B023
        there = [it.number for row in chart.rows for _, _, it in row]
        click(qtbot, chart, number if number in there else there[0])
        assert tab.chosen is not None
        assert chart.selected == tab.chosen.number


def test_arrow_keys_walk_over_the_map(tab: ExploreTab, qtbot: QtBot) -> None:
    qtbot.keyClick(tab.atlas.map, Qt.Key.Key_Right)
    assert tab.chosen == cell_at(tab, 0.01, 0.05)
    qtbot.keyClick(tab.atlas.map, Qt.Key.Key_Right)
    qtbot.keyClick(tab.atlas.map, Qt.Key.Key_Up)
    assert tab.chosen == cell_at(tab, 0.05, 0.2)


def test_a_click_in_the_legend_hides_a_line_for_good(tab: ExploreTab) -> None:
    look_at(tab, "curves")
    curves = tab.atlas.curves
    sample, label = curves.lines.legend.items[0]
    sample.item.setVisible(False)
    curves.lines.legend.sigSampleClicked.emit(sample.item)
    tab.atlas.show_medians({})
    hidden = [sample.item.isVisible() for sample, other in curves.lines.legend.items if other.text == label.text]
    assert hidden == [False]


def test_a_hidden_line_answers_neither_mouse_nor_keys(tab: ExploreTab, qtbot: QtBot) -> None:
    look_at(tab, "curves")
    curves = tab.atlas.curves
    qtbot.waitUntil(lambda: curves.isVisible() and curves.plot.getPlotItem().width() > 100)
    hidden = {it.number for _, _, it in curves.rows[0]}
    places = [place_of(curves, number) for number in hidden]
    tab.atlas.select(min(hidden))
    marks = list(curves._ring.points())
    sample, _ = curves.lines.legend.items[0]
    sample.item.setVisible(False)
    curves.lines.legend.sigSampleClicked.emit(sample.item)
    assert marks
    assert not list(curves._ring.points())
    for position in places:
        qtbot.mouseClick(curves.plot.viewport(), Qt.MouseButton.LeftButton, pos=position)
        assert tab.chosen is None or tab.chosen.number not in hidden
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up):
        qtbot.keyClick(curves, key)
        assert tab.chosen is not None
        assert tab.chosen.number not in hidden


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_lines_are_hidden_and_shown_again_with_the_keyboard(tab: ExploreTab, qtbot: QtBot) -> None:
    look_at(tab, "curves")
    curves = tab.atlas.curves
    for shown in (False, True):
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(9, 9), curves.mapToGlobal(QPoint(9, 9)))
        QApplication.sendEvent(curves, event)
        for key in (Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Return):  # the last entry, its first line
            qtbot.keyClick(QApplication.activePopupWidget(), key)
        assert [sample.item.isVisible() for sample, _ in curves.lines.legend.items] == [shown, True]
        assert len(curves.rows) == 1 + shown


@pytest.mark.parametrize("view", ["map", "curves", "queries"])
@pytest.mark.parametrize("suffix", [".svg", ".png"])
@pytest.mark.usefixtures("at_night")
def test_every_plot_is_saved(tab: ExploreTab, view: View, suffix: str, tmp_path: Path, qtbot: QtBot) -> None:
    look_at(tab, view)
    chart = {"map": tab.atlas.map, "curves": tab.atlas.curves, "queries": tab.atlas.queries}[view]
    qtbot.waitUntil(lambda: chart.dark, timeout=WAIT)
    path = tmp_path / f"plot{suffix}"
    tab.atlas.frames[chart].save_as(path)
    assert path.name in tab.toaster.toasts[-1].text
    if suffix == ".svg":
        assert QSvgRenderer(str(path)).isValid()
        assert "queries" in path.read_text() or "pixel units" in path.read_text()
    else:
        picture = QImage(str(path))
        assert picture.width() == 2 * chart.plot.viewport().width()
        assert picture.pixelColor(picture.width() - 3, 3).lightness() > 200  # files are for paper
    assert chart.dark
    assert chart.plot.backgroundBrush().color().lightness() < 80
    assert chart.plot.getAxis("left").textPen().color().lightness() > 150


def test_a_place_that_cannot_be_written_is_told(tab: ExploreTab, tmp_path: Path) -> None:
    tab.atlas.frames[tab.atlas.map].save_as(tmp_path / "missing" / "plot.svg")
    assert "cannot be written" in tab.toaster.toasts[-1].text


def test_no_results_yet(open_tab: Callable[[], ExploreTab]) -> None:
    tab = open_tab()
    assert "Batch tab" in tab.note.text()
    assert tab.note.isVisible()
    assert not tab.atlas.isVisible()


def test_games_that_come_later_are_added(
    open_tab: Callable[[], ExploreTab], places: Places, played: Path, qtbot: QtBot
) -> None:
    places.results.parent.mkdir(parents=True)
    with Database(places.results) as database:
        database.add_evaluation(GRID.name, GRID.model_dump_json(), GRID.digest, GRID.cells())
    tab = open_tab()
    qtbot.waitUntil(lambda: "was played yet" in tab.note.text(), timeout=WAIT)
    assert not tab.atlas.isVisible()
    assert not tab.gallery.isVisible()
    with Database(played, create=False) as source, Database(places.results) as target:
        cells = source.cells(1)
        for cell, mine in zip(cells, target.cells(1), strict=True):
            target.begin_cell(mine.id, 4, "m", "d", cell.labels)
        from rnd_lab.results.record import Played

        target.add_games([(mine.id, Played(game)) for game in source.games(cells[0].id)], {})
    tab.refresh()
    tab.refresh()
    qtbot.waitUntil(lambda: tab.atlas.isVisible() and not tab.note.isVisible(), timeout=WAIT)
    qtbot.waitUntil(lambda: not tab.reader.busy("list") and not tab.reader.busy("cells"), timeout=WAIT)


def test_a_plot_stays_zoomed_until_something_else_is_shown(tab: ExploreTab, tmp_path: Path) -> None:
    atlas = tab.atlas
    atlas.bar.setCurrentIndex(2)
    chart = atlas.curves
    box = chart.plot.getPlotItem().getViewBox()
    whole = box.viewRect()

    def zoom() -> QRectF:
        box.scaleBy((0.5, 0.5))
        box.sigRangeChangedManually.emit(box.state["mouseEnabled"])
        return box.viewRect()

    seen = zoom()
    assert seen.width() < whole.width()
    chart.redraw()
    assert box.viewRect() == seen
    chart.save(tmp_path / "zoomed.png", "zoomed")
    assert box.viewRect() == seen
    next(it for it in chart.menu().actions() if it.text() == "Show whole plot").trigger()
    assert box.viewRect() == whole
    zoom()
    atlas.measure.setCurrentIndex(1)
    atlas.measure.activated.emit(1)
    assert not chart.zoomed


def test_nothing_of_an_evaluation_stays_when_another_one_is_chosen(tab: ExploreTab, qtbot: QtBot) -> None:
    click(qtbot, tab.atlas.map, cell_at(tab, 0.05, 0.2).number)
    assert tab.chosen
    tab.evaluation.setCurrentIndex(tab.evaluation.findData(2))
    tab.evaluation.activated.emit(tab.evaluation.currentIndex())
    assert tab.chosen is None
    assert not tab.atlas.isVisible()
    assert tab.note.isVisible()
    qtbot.waitUntil(tab.atlas.isVisible, timeout=WAIT)


def test_a_file_that_is_no_database_is_told(tab: ExploreTab, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "notes.db"
    path.write_text("just text " * 300)
    before = tab.path
    tab.open_file(path)
    qtbot.waitUntil(lambda: bool(tab.toaster.toasts), timeout=WAIT)
    assert "no results file" in tab.toaster.toasts[-1].text
    assert tab.path == before
    click(qtbot, tab.atlas.map, cell_at(tab, 0.05, 0.2).number)
    qtbot.waitUntil(lambda: tab.gallery.model.tile(0) is not None, timeout=WAIT)
    assert len(tab.toaster.toasts) == 1


def test_another_file_is_shown(tab: ExploreTab, played: Path, tmp_path: Path, qtbot: QtBot) -> None:
    other = Path(shutil.copy(played, tmp_path / "other.db"))
    with Database(other) as database:
        database.delete(2)
    tab.open_file(other)
    qtbot.waitUntil(lambda: tab.evaluation.count() == 1, timeout=WAIT)
    qtbot.waitUntil(lambda: not tab.reader.busy("cells"), timeout=WAIT)
    assert tab.path == other
    assert tab.chosen is None


def test_the_newest_evaluation_of_another_file_is_shown(
    tab: ExploreTab, played: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    other = Path(shutil.copy(played, tmp_path / "other.db"))
    assert tab.evaluation.currentData() == 1
    tab.open_file(other)
    qtbot.waitUntil(lambda: tab.path == other and not tab.reader.busy("cells"), timeout=WAIT)
    assert tab.evaluation.currentData() == 2


def test_another_file_is_named_and_not_refined(
    tab: ExploreTab, played: Path, tmp_path: Path, places: Places, qtbot: QtBot
) -> None:
    def show(path: Path) -> None:
        tab.open_file(path)
        qtbot.waitUntil(lambda: tab.path == path and not tab.reader.busy("cells"), timeout=WAIT)
        tab.show_evaluation(1)
        qtbot.waitUntil(lambda: tab.evaluation.currentData() == 1 and not tab.reader.busy("cells"), timeout=WAIT)
        click(qtbot, tab.atlas.map, cell_at(tab, 0.05, 0.2).number)
        assert tab.refine.isVisible()

    show(Path(shutil.copy(played, tmp_path / "colleague.db")))
    assert tab.file_bar.isVisible()
    assert "colleague.db" in tab.file_bar.text.full
    assert not tab.refine.isEnabled()
    assert "own results" in tab.refine.toolTip()
    with qtbot.waitSignal(tab.own_wanted, timeout=WAIT):
        tab.file_bar.back.click()
    show(places.results)
    assert not tab.file_bar.isVisible()
    assert tab.refine.isEnabled()
    assert "halfway" in tab.refine.toolTip()


def test_a_plot_is_saved_as_the_chosen_kind_and_replaces_nothing_unasked(
    tab: ExploreTab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame, asked = tab.atlas.frames[tab.atlas.map], list[str]()

    def no(_: object, title: str, text: str, **more: object) -> QMessageBox.StandardButton:
        asked.append(text)
        return QMessageBox.StandardButton.No

    monkeypatch.setattr(QMessageBox, "question", no)
    for ending, kind in ((".svg", "SVG, for papers (*.svg)"), (".png", "PNG, for slides (*.png)")):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, kind=kind: (str(tmp_path / "nu-0.02"), kind))
        frame.save.click()
        path = tmp_path / f"nu-0.02{ending}"
        assert path.stat().st_size > 1000
        path.write_text("mine")
        frame.save.click()
        assert path.read_text() == "mine"
    assert asked == ["nu-0.02.svg is already there. Replace?", "nu-0.02.png is already there. Replace?"]
