"""Lists and galleries get what they ask for, a page at a time."""

import pytest

from rnd_lab.attacks.nes import NesSpec
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.results.browsing import Tally
from rnd_lab.results.cell import CellSpec
from rnd_lab.results.database import Database
from tests.results.conftest import NOISY
from tests.results.test_database import VERSIONS, game


def test_evaluations_come_in_pages_the_newest_first(database: Database) -> None:
    for number in range(2, 6):
        database.add_evaluation(f"number {number}", "{}", f"d{number}", [("noisy", NOISY)])
    assert [it.id for it in database.overviews(most=3)] == [5, 4, 3]
    assert [it.id for it in database.overviews(first=3, most=3)] == [2, 1]
    database.delete(5)
    assert [it.id for it in database.overviews(most=2)] == [4, 3]
    assert [it.name for it in database.overviews(deleted=True)] == ["number 5"]


def test_overview_tells_how_far_an_evaluation_is(database: Database) -> None:
    plain, noisy = database.cells(1)
    assert database.overviews()[0].planned is None
    database.begin_cell(plain.id, 40, "m", "d", ["a"])
    database.begin_cell(noisy.id, 40, "m", "d", ["a"])
    database.fail_cell(noisy.id, "no such model")
    database.add_games([(plain.id, game(0)), (plain.id, game(1)), (plain.id, game(2, status="error"))], VERSIONS)
    found = database.overviews()[0]
    assert (found.cells, found.failed, found.games, found.planned) == (2, 1, 2, 80)
    assert database.tallies(1) == {plain.id: Tally(3, 1), noisy.id: Tally(0, 0)}


def test_images_that_the_spec_limits_are_planned_before_a_cell_was_begun(database: Database) -> None:
    limited = CellSpec(attack=NesSpec(), data=DataSpec(images=7))
    database.add_evaluation("limited", "{}", "d2", [("limited", limited)])
    assert database.overviews()[0].planned == 7


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", ["100%_sure", "mine"]),
        ("MINE", ["mine"]),
        ("important", ["mine"]),
        ("nes", ["100%_sure"]),
        ("cifar10-resnet20 square", ["mine"]),
        ("noisy square", ["mine"]),
        ("%", ["100%_sure"]),
        ("nothing like this", []),
    ],
)
def test_search_looks_at_name_note_cells_models_and_attacks(database: Database, search: str, found: list[str]) -> None:
    database.add_evaluation("100%_sure", "{}", "d2", [("other", CellSpec(attack=NesSpec()))])
    database.annotate(1, "This one is IMPORTANT")
    assert [it.name for it in database.overviews(search)] == found


def test_games_come_chosen_sorted_and_in_pages(database: Database) -> None:
    cell = database.cells(1)[0].id
    database.add_games(
        [
            (cell, game(0, published=30, l2=0.5, noise_free=True)),
            (cell, game(1, published=10, l2=None, status="error", noise_free=None)),
            (cell, game(2, published=20, l2=0.7, noise_free=False)),
            (cell, game(3, published=99, l2=0.1, status="failure", noise_free=True)),
        ],
        VERSIONS,
    )
    images = [it.image for it in database.page(cell, order="l2", descending=True)]
    assert images == [2, 0, 3, 1]
    assert [it.image for it in database.page(cell, order="published", first=1, most=2)] == [2, 0]
    assert [it.image for it in database.page(cell, "success", "published")] == [2, 0]
    assert [it.image for it in database.page(cell, "true")] == [0]
    assert database.counts(cell) == {
        "all": 4, "success": 2, "true": 1, "failure": 1, "misclassified": 0, "error": 1,
    }  # fmt: skip
