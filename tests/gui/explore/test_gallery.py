"""The games of a cell: looked at, sorted, replayed, refined, saved."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QItemSelectionModel, Qt
from pytestqt.qtbot import QtBot

from rnd_lab.data.classes import CIFAR10
from rnd_lab.data.gallery import gallery
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.evaluation.run import evaluate
from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.experiments.duel import Duel, set_scene
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.gui.explore.atlas import VIEWS
from rnd_lab.gui.explore.explore_tab import ExploreTab
from rnd_lab.gui.explore.figures import Figures
from rnd_lab.gui.explore.gallery import Gallery
from rnd_lab.gui.explore.tiles import Tile
from rnd_lab.gui.places import Places
from rnd_lab.gui.widgets import Combo
from rnd_lab.results.database import Database
from rnd_lab.results.record import Played, pack_image
from tests.gui.explore.conftest import cell_at, click, with_the_first
from tests.gui.results_file import GRID
from tests.gui.waiting import WAIT


def tiles(gallery: Gallery, qtbot: QtBot) -> list[Tile]:
    """All tiles, once they are there."""
    qtbot.waitUntil(lambda: not gallery.reader.busy("counts") and not gallery.reader.busy("tiles"), timeout=WAIT)
    rows = range(gallery.model.rowCount())
    found = [tile for row in rows if (tile := gallery.model.tile(row))]
    assert len(found) == len(rows)
    return found


def pick(combo: Combo, data: str) -> None:
    combo.setCurrentIndex(combo.findData(data))
    combo.activated.emit(combo.currentIndex())


def test_every_game_has_its_pictures(tab: ExploreTab, chosen: Figures, qtbot: QtBot) -> None:
    found = tiles(tab.gallery, qtbot)
    assert [tile.record.image for tile in found] == sorted(tile.record.image for tile in found)
    assert len(found) == 4
    for tile in found:
        assert tile.original is not None
        assert tile.adversarial is not None
        assert tile.change is not None
        assert (tile.adversarial == tile.original) == (tile.record.linf == 0)
    assert "→" in tab.gallery.painter.classes(found[0])
    assert tab.cell_title.full == chosen.cell.cell.title


def test_games_are_sorted_and_filtered(tab: ExploreTab, chosen: Figures, qtbot: QtBot) -> None:
    gallery = tab.gallery
    pick(gallery.order, "published")
    queries = [tile.record.published for tile in tiles(gallery, qtbot)]
    assert queries == sorted(queries)
    gallery.direction.click()
    assert [tile.record.published for tile in tiles(gallery, qtbot)] == sorted(queries, reverse=True)
    for row in range(gallery.choice.count()):
        choice = gallery.choice.itemData(row)
        pick(gallery.choice, choice)
        found = tiles(gallery, qtbot)
        assert f"({len(found)})" in gallery.choice.itemText(row)
        if choice in ("success", "failure", "misclassified"):
            assert {tile.record.status for tile in found} <= {choice}
        gallery.view.selectAll()
    assert not gallery.view.isVisible()  # no errors here
    assert "No game of this kind" in gallery.note.text()
    assert not gallery.replay.isEnabled()
    assert not gallery.save.isEnabled()


def test_the_button_replays_the_game_that_is_selected(tab: ExploreTab, chosen: Figures, qtbot: QtBot) -> None:
    gallery = tab.gallery
    found = tiles(gallery, qtbot)
    selection, flags = gallery.view.selectionModel(), QItemSelectionModel.SelectionFlag
    gallery.view.setCurrentIndex(gallery.model.index(0))
    for _ in range(2):  # what is selected and let go again is the current one all the same
        selection.setCurrentIndex(gallery.model.index(2), flags.Toggle)
    assert [tile.record.image for tile in gallery.chosen()] == [found[0].record.image]
    with qtbot.waitSignal(tab.replay_wanted, timeout=WAIT) as signal:
        gallery.replay.click()
    run: RunSpec = signal.args[0]
    assert run.image.endswith(f"#{found[0].record.image}")


def test_games_that_were_played_anew_are_shown_as_they_are_now(
    tab: ExploreTab, chosen: Figures, places: Places, qtbot: QtBot
) -> None:
    """Two errors of the filter that is shown are replaced, as another run does."""
    gallery, cell = tab.gallery, chosen.cell.cell
    with Database(places.results) as database:
        games = [
            (
                cell.id,
                Played(
                    it, database.curve(cell.id, it.image).pack(), pack_image(database.adversarial(cell.id, it.image))
                ),
            )
            for it in database.games(cell.id)[:2]
        ]
        database.add_games([(cell.id, Played(replace(it.record, status="error"))) for _, it in games], {})
    pick(gallery.choice, "error")
    assert [tile.fate for tile in tiles(gallery, qtbot)] == ["error"] * 2
    pick(gallery.choice, "all")
    assert [tile.fate for tile in tiles(gallery, qtbot)].count("error") == 2
    pick(gallery.choice, "error")
    tiles(gallery, qtbot)
    with Database(places.results) as database:
        database.add_games(games, {})
    gallery.model.clear()
    gallery.model.resize(2)  # the count that was read before
    gallery._load_visible()
    assert tiles(gallery, qtbot) == []
    pick(gallery.choice, "all")
    assert "error" not in [tile.fate for tile in tiles(gallery, qtbot)]


def test_a_late_count_shows_no_games_of_no_cell(tab: ExploreTab, chosen: Figures, qtbot: QtBot) -> None:
    gallery = tab.gallery
    tiles(gallery, qtbot)
    gallery.refresh()
    gallery.show_cell(gallery._path, None)
    gallery.reader.ask("more", gallery._path, lambda database, turn: None, lambda answer: None)
    qtbot.waitUntil(lambda: not gallery.reader.busy("more"), timeout=WAIT)
    assert not gallery.view.isVisible()
    assert gallery.note.isVisible()


def test_a_game_is_replayed_with_the_same_outcome(tab: ExploreTab, chosen: Figures, qtbot: QtBot) -> None:
    tile = next(it for it in tiles(tab.gallery, qtbot) if it.record.status != "misclassified")
    row = next(row for row in range(4) if tab.gallery.model.tile(row) is tile)
    tab.gallery.view.setCurrentIndex(tab.gallery.model.index(row))
    with qtbot.waitSignal(tab.replay_wanted, timeout=WAIT) as signal:
        qtbot.keyClick(tab.gallery.view, Qt.Key.Key_Return)
    run: RunSpec = signal.args[0]
    assert run.duel
    duel = Duel(run, set_scene(run, "cpu"))
    while not duel.done:
        duel.step()
    outcome = duel.sides["defended"].outcome
    assert outcome is not None
    assert (outcome.status, outcome.account.published) == (tile.record.status, tile.record.published)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder data set of four that come with the lab."""
    for entry in [it for it in gallery() if it.data_set == "cifar10"][:4]:
        path = tmp_path / "set" / CIFAR10[entry.label] / entry.path.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(entry.path.read_bytes())
    return tmp_path / "set"


@pytest.fixture
def of_pictures(open_tab: Callable[[], ExploreTab], pictures: Path, places: Places, qtbot: QtBot) -> ExploreTab:
    """The tab with the games of the pictures."""
    evaluate(GRID.model_copy(update={"data": DataSpec(source=str(pictures))}), places.results, "cpu")
    return with_the_first(open_tab(), qtbot)


def test_images_that_were_gone_are_shown_when_they_are_back(
    of_pictures: ExploreTab, pictures: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    gallery = of_pictures.gallery
    pictures.rename(tmp_path / "away")
    click(qtbot, of_pictures.atlas.map, cell_at(of_pictures, 0.05, 0.2).number)
    assert all(tile.original is None for tile in tiles(gallery, qtbot))
    assert "No originals" in gallery.problem.text()
    (tmp_path / "away").rename(pictures)
    pick(gallery.order, "published")
    assert all(tile.original is not None for tile in tiles(gallery, qtbot))
    assert not gallery.problem.text()


def test_games_of_images_that_changed_are_not_shown_with_others_or_replayed(
    of_pictures: ExploreTab, pictures: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    tab, gallery = of_pictures, of_pictures.gallery
    (pictures / "airplane").mkdir(exist_ok=True)
    Image.new("RGB", (32, 32)).save(pictures / "airplane" / "000.png")  # all others have another number by now
    click(qtbot, tab.atlas.map, cell_at(tab, 0.05, 0.2).number)
    assert all(tile.original is None for tile in tiles(gallery, qtbot))
    assert "The images of this cell changed" in gallery.problem.text()
    tab.replay_wanted.connect(lambda run: pytest.fail("it would be another game"))
    for ask in (lambda: gallery.save_into(tmp_path), gallery.replay.click):
        gallery.view.setCurrentIndex(gallery.model.index(0))
        ask()
        qtbot.waitUntil(lambda: bool(tab.toaster.toasts), timeout=WAIT)
        assert "The images of this cell changed" in tab.toaster.toasts[-1].text
        tab.toaster.clear()
    assert not list(tmp_path.glob("*.png"))


def test_images_that_were_not_saved_are_told_when_the_window_is_closed(
    tab: ExploreTab, chosen: Figures, tmp_path: Path, qtbot: QtBot
) -> None:
    gallery = tab.gallery
    tiles(gallery, qtbot)
    gallery.view.selectAll()
    gallery.save_into(tmp_path)
    tab.finish()
    assert "Not all of the images were saved" in tab.toaster.toasts[-1].text


def test_selected_images_are_saved_and_judged_anew(
    tab: ExploreTab, chosen: Figures, tmp_path: Path, qtbot: QtBot
) -> None:
    gallery = tab.gallery
    found = tiles(gallery, qtbot)
    gallery.view.selectAll()
    assert "4" in gallery.save.text()
    gallery.save_into(tmp_path)
    qtbot.waitUntil(lambda: bool(tab.toaster.toasts), timeout=WAIT)
    assert "4 images saved" in tab.toaster.toasts[-1].text
    cell = chosen.cell.cell
    with (tmp_path / f"square-{cell.digest[:6]}-images.csv").open() as file:
        rows = list(csv.DictReader(file))
    epsilon = cell.spec.threat.epsilon
    for row, tile in zip(rows, found, strict=True):
        assert ("not-adversarial" in row["file"]) == (row["vote"] == "False")
        assert row["inside"] == "True"
        saved = np.asarray(Image.open(tmp_path / row["file"]), float)
        assert saved.shape == (32, 32, 3)
        assert float(row["linf"]) <= epsilon + 1e-6
        assert int(row["image"]) == tile.record.image


def test_images_that_are_saved_later_leave_the_others_listed(
    tab: ExploreTab, chosen: Figures, tmp_path: Path, qtbot: QtBot
) -> None:
    gallery = tab.gallery
    images = [tile.record.image for tile in tiles(gallery, qtbot)]
    for rows in ((0, 1), (1, 2)):
        gallery.view.clearSelection()
        for row in rows:
            index = gallery.model.index(row)
            gallery.view.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)
        gallery.save_into(tmp_path)
        qtbot.waitUntil(lambda: bool(tab.toaster.toasts), timeout=WAIT)
        tab.toaster.clear()
    with (tmp_path / f"square-{chosen.cell.cell.digest[:6]}-images.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert [int(line["image"]) for line in lines] == images[:3]
    assert all((tmp_path / line["file"]).exists() for line in lines)


def test_selected_games_stay_selected_when_others_come(
    open_tab: Callable[[], ExploreTab], played: Path, places: Places, qtbot: QtBot
) -> None:
    places.results.parent.mkdir(parents=True)
    with Database(played, create=False) as source, Database(places.results) as target:
        target.add_evaluation(GRID.name, GRID.model_dump_json(), GRID.digest, GRID.cells())
        games: list[tuple[int, Played]] = []
        for cell, mine in zip(source.cells(1), target.cells(1), strict=True):
            target.begin_cell(mine.id, 4, "m", "d", cell.labels)
            for game in source.games(cell.id):
                curve, image = source.curve(cell.id, game.image), source.adversarial(cell.id, game.image)
                games.append((mine.id, Played(game, curve.pack(), pack_image(image))))
        last = games.pop(-4)  # the first game of the last cell
        target.add_games(games, {})
    tab = open_tab()
    gallery = tab.gallery
    qtbot.waitUntil(lambda: bool(tab.atlas.map.rows) and not tab.reader.busy("cells"), timeout=WAIT)
    click(qtbot, tab.atlas.map, last[0])
    found = tiles(gallery, qtbot)
    gallery.view.setCurrentIndex(gallery.model.index(1))
    assert gallery.replay.isEnabled()
    with Database(places.results) as target:
        target.add_games([last], {})
    tab.refresh()
    qtbot.waitUntil(lambda: gallery.model.rowCount() == 4, timeout=WAIT)
    assert gallery.model.tile(0)  # nothing is blank until it has come anew
    assert len(tiles(gallery, qtbot)) == 4
    assert [tile.record.image for tile in gallery.chosen()] == [found[1].record.image]
    assert gallery.replay.isEnabled()


@pytest.mark.usefixtures("chosen")
def test_a_second_save_waits_for_the_first(tab: ExploreTab, tmp_path: Path, qtbot: QtBot) -> None:
    gallery = tab.gallery
    for folder, level in ((tmp_path, "info"), (tmp_path / "missing", "error")):
        tiles(gallery, qtbot)
        gallery.view.selectAll()
        assert gallery.save.isEnabled()
        gallery.save_into(folder)
        assert not gallery.save.isEnabled()
        assert "still being saved" in gallery.save.toolTip()
        gallery.view.setCurrentIndex(gallery.model.index(0))
        assert not gallery.save.isEnabled()
        assert not gallery.replay.isEnabled()
        qtbot.waitUntil(lambda: bool(tab.toaster.toasts), timeout=WAIT)
        assert tab.toaster.toasts[-1].level == level
        assert gallery.save.isEnabled()
        assert "judged anew" in gallery.save.toolTip()
        tab.toaster.clear()


def test_a_folder_that_is_gone_is_told(tab: ExploreTab, chosen: Figures, tmp_path: Path, qtbot: QtBot) -> None:
    tab.gallery.view.selectAll()
    tab.gallery.save_into(tmp_path / "missing")
    qtbot.waitUntil(lambda: bool(tab.toaster.toasts), timeout=WAIT)
    assert tab.toaster.toasts[-1].level == "error"


def test_refining_adds_halfway_values_around_the_cell(tab: ExploreTab, chosen: Figures, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tab.refine_wanted, timeout=WAIT) as signal:
        tab.refine.click()
    spec: EvaluationSpec = signal.args[0]
    assert spec.nu == (0.01, 0.03, 0.05)
    assert spec.mu == (0.05, 0.125, 0.2)
    digests = {cell.digest for _, cell in spec.cells()}
    assert chosen.cell.cell.digest in digests
    assert len(digests) == 9


@pytest.mark.usefixtures("chosen")
def test_success_by_queries_has_no_axis_to_refine(tab: ExploreTab) -> None:
    tab.atlas.bar.setCurrentIndex(list(VIEWS).index("queries"))
    tab.refine.click()
    assert "nothing to add" in tab.toaster.toasts[-1].text
