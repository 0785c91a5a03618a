"""``rnd-lab results``, as a user types it."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rnd_lab.cli import results
from rnd_lab.cli.commands import app
from rnd_lab.evaluation.run import evaluate
from rnd_lab.evaluation.stage import set_stage
from rnd_lab.results.database import Database
from tests.evaluation.small import small

NUMBER = 1
NOISY = "RND Square"


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["results", *map(str, words)], env={"COLUMNS": "200", "TERM": "dumb"})


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("played") / "results.db"
    evaluate(small(), path, "cpu")
    return path


def test_evaluations_are_listed_noted_found_deleted_and_restored(two: Path) -> None:
    assert "1 of 3" in run("list", two).stdout
    assert run("note", two, NUMBER, "for the paper").exit_code == 0
    found = run("list", two, "--search", "paper").stdout
    assert ("first" in found, "for the paper" in found, "second" in found) == (True, True, False)
    run("delete", two, NUMBER)
    assert "is in the bin. Take it out: rnd-lab results restore" in run("show", two, "--evaluation", NUMBER).output
    assert "first" not in run("list", two).stdout
    assert "first" in run("list", two, "--deleted").stdout
    run("restore", two, NUMBER)
    assert "first" in run("list", two).stdout


def test_a_table_is_printed_again(two: Path) -> None:
    shown = run("show", two, "--evaluation", "second").stdout
    assert "failure, vote" in shown
    assert "out of memory" in shown


def test_games_are_played_again_as_they_were(played: Path, tmp_path: Path) -> None:
    with Database(played) as database:
        cell = next(it for it in database.cells(NUMBER) if it.spec.defense and it.spec.attack.name == "square")
        games = database.games(cell.id)
    for game in games[:3]:
        again = run("replay", played, game.image, "--cell", NOISY, "--device", "cpu", "--json")
        outcome = json.loads(again.stdout)["outcome"]["defended"]
        assert (outcome["status"], outcome["queries"]["published"]) == (game.status, game.published)
    options = ("--cell", cell.digest[:8], "--duel", "--device", "cpu", "--save", tmp_path / "out")
    told = run("replay", played, games[0].image, *options)
    assert f"Kept in the file: {games[0].status}, {games[0].published}" in told.stdout
    assert "without defense" in told.stdout
    bare = run("replay", played, games[0].image, "--cell", "none Square", "--duel")
    assert "nothing to play beside it" in bare.output
    assert (tmp_path / "out" / "result.json").exists()


def test_final_images_are_saved_with_what_is_known_of_them(played: Path, tmp_path: Path) -> None:
    saved = run("images", played, "--out", tmp_path, "--cell", NOISY, "--games", "all", "--device", "cpu")
    assert "10 images saved" in saved.stdout
    (table,) = tmp_path.glob("*.csv")
    with table.open(encoding="utf-8", newline="") as file:
        assert {line["file"] for line in csv.DictReader(file)} == {path.name for path in tmp_path.glob("*.png")}


def test_a_model_is_loaded_once_for_all_its_cells(
    played: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[object] = []
    monkeypatch.setattr(results, "set_stage", lambda *what: (loaded.append(what), set_stage(*what))[1])
    saved = run("images", played, "--out", tmp_path, "--cell", "Square", "--games", "all", "--device", "cpu")
    assert saved.stdout.count("10 images saved") == 2
    assert len(loaded) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("replay", "0"), "Say with --cell which cell is meant"),
        (("replay", "0", "--cell", "nothing"), "has 'nothing' in its title"),
        (("replay", "7", "--cell", NOISY), "The game on image 7 was not played yet"),
        (("images", "--out", "images", "--games", "some"), "There is no choice 'some'"),
        (("note", "9", "text"), "has no evaluation 9"),
        (("delete", "9"), "has no evaluation 9"),
        (("show", "--evaluation", "third"), "There is no evaluation 'third'. There are: 1 small"),
    ],
)
def test_what_there_is_not_is_told(
    played: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    command, *rest = words
    result = run(command, played, *rest)
    assert (result.exit_code, message in result.output) == (1, True)


def test_games_that_cannot_be_replayed_or_saved_are_told(two: Path, tmp_path: Path) -> None:
    assert "was not played: out of memory. Run" in run("replay", two, 1).output
    none = run("images", two, "--out", tmp_path / "images", "--games", "failure")
    assert (none.exit_code, "no such game" in none.output) == (1, True)


def test_a_model_that_is_another_one_by_now_is_told(two: Path) -> None:
    assert "The model of this cell changed" in run("replay", two, 0).output
