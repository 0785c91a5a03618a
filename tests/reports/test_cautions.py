"""Warnings: told where they matter, and nowhere else."""

from collections.abc import Callable

from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.game.threat import ThreatModel
from rnd_lab.reports.cautions import Caution, cautions
from rnd_lab.reports.summary import CellSummary, summarize
from rnd_lab.results.database import Database
from tests.reports.conftest import broken, fill, lost, won

Make = Callable[..., tuple[CellSummary, ...]]


def test_nothing_to_say_about_plain_cells(cells: Make) -> None:
    assert cautions(cells({"None": [won(0), lost(1)], "RND": [won(0), lost(1)]})) == ()


def test_incomplete_cells_and_errors_are_told(cells: Make) -> None:
    found = cautions(cells({"None": [won(0), broken(1, "the disk is on fire")]}, planned=4))
    assert [it.places for it in found if "error" in it.text] == [
        ("None · Square · ℓ∞ ε=0.05: 1, the first because: the disk is on fire",)
    ]
    assert any("1 of 4 games" in place for it in found for place in it.places if "incomplete" in it.text)


def test_a_cell_that_cannot_be_played_says_why(database: Database, cells: Make) -> None:
    (cell,) = cells({"None": []}, planned=4)
    database.fail_cell(cell.cell.id, "no such model")
    failed = CellSummary(database.cells(1)[0], ())
    assert [it.places for it in cautions([failed])] == [("None · Square · ℓ∞ ε=0.05: no such model",)]


def test_successes_that_noise_alone_explains_are_told(cells: Make) -> None:
    noise = [won(it, control=it % 4 != 0) for it in range(20)] + [lost(it, control=it < 34) for it in range(20, 40)]
    real = [won(it, control=it < 2) for it in range(30)] + [lost(it) for it in range(30, 40)]
    found = cautions(cells({"RND": noise, "RND-GF": real}))
    (places,) = [it.places for it in found if "Noise alone" in it.text]
    (place,) = places
    assert place.startswith("RND ·")
    assert "20 of 40 won (first noisy hit), 29 by the control" in place


def test_cells_with_the_same_title_are_told_apart(database: Database) -> None:
    noise = [won(it, control=True) for it in range(10)]
    found = []
    for account in ("fixed", "adaptive"):
        spec = EvaluationSpec(threat=ThreatModel(eot=5, account=account))
        found.extend(summarize(database, fill(database, spec, lambda cell: noise)))
    (places,) = [it.places for it in cautions(found) if "Noise alone" in it.text]
    assert ["EOT budget fixed" in places[0], "EOT budget adaptive" in places[1]] == [True, True]


def test_cells_without_a_success_have_none_to_explain(cells: Make) -> None:
    assert not any("Noise alone" in it.text for it in cautions(cells({"RND": [lost(0, control=True), lost(1)]})))


def test_of_many_places_the_first_are_listed() -> None:
    assert Caution("Look:", ("here", "there", "too")).lines(2) == ("Look:", "    here", "    there", "    and 1 more")
    assert Caution("Look:", ("here", "there")).lines(2) == ("Look:", "    here", "    there")


def test_an_attack_that_never_moves_is_told(cells: Make) -> None:
    stuck = [won(0), *(lost(it, linf=0.0) for it in range(1, 40))]
    found = cautions(cells({"RND": stuck, "RND-GF": [*stuck[:39], lost(39)], "None": [won(0)]}))
    (places,) = [it.places for it in found if "did not move" in it.text]
    assert places == ("RND · Square · ℓ∞ ε=0.05: 39 of 40 games",)


def test_queries_are_not_to_be_ranked_where_failure_rates_differ(cells: Make) -> None:
    easy, hard = [won(it) for it in range(40)], [won(0), *(lost(it) for it in range(1, 40))]
    found = cautions(cells({"None": easy, "RND": hard}))
    assert [it.places for it in found if "rank" in it.text] == [("Square: 0 % (None) against 98 % (RND)",)]
    assert not any("rank" in it.text for it in cautions(cells({"None": easy, "RND": [*easy[:39], lost(39)]})))
