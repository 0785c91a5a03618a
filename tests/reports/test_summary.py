"""The figures of a cell, worked out by hand."""

import math
from collections.abc import Callable

import pytest

from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.primitives.statistics import share
from rnd_lab.reports.summary import CellSummary, summarize
from rnd_lab.reports.tables import costs
from rnd_lab.results.database import Database
from tests.reports.conftest import broken, fill, lost, won, wrong

Make = Callable[..., tuple[CellSummary, ...]]


@pytest.fixture
def cell(cells: Make) -> CellSummary:
    """Ten planned images: 4 won (one of them not by vote), 2 lost, 1 wrong before, 1 error, 2 not played."""
    games = [won(0, 10), won(1, 20, vote=False, control=True), won(2, 30), won(3, 60), lost(4), lost(5, control=True)]
    return cells({"RND": [*games, wrong(6), broken(7)]}, planned=10)[0]


def test_misclassified_images_and_errors_leave_the_rates(cell: CellSummary) -> None:
    assert (cell.planned, cell.played, len(cell.attacked), len(cell.won)) == (10, 7, 6, 4)
    assert (cell.misclassified, cell.errors) == (1, 1)
    assert cell.failure["first_hit"] == share(2, 6)
    assert cell.failure["vote"] == cell.failure["noise_free"] == share(3, 6)
    assert cell.failure_rate == cell.failure["first_hit"]
    assert cell.accuracy == share(6, 7)


def test_seconds_are_over_the_attacked_images(cell: CellSummary) -> None:
    assert cell.seconds == 1  # that of the image that was wrong before took none


def test_control_is_over_the_attacked_images(cell: CellSummary) -> None:
    assert cell.control == share(2, 6)


def test_queries_are_over_the_games_that_were_won(cell: CellSummary) -> None:
    assert cell.queries["published"].mean.value == 30
    assert cell.queries["published"].median.value == 25
    assert cell.queries["paid"] == cell.queries["published"]
    assert cell.queries["strict"].mean.value == 61  # as many judgements, and one look of the lab


def test_curve_ends_at_the_success_rate(cell: CellSummary) -> None:
    curve = cell.curve()
    assert curve is not None
    assert list(curve.at) == [0, 10, 20, 30, 60]
    assert curve.value[-1] == pytest.approx(4 / 6)


def test_state_tells_how_far_the_cell_is(cells: Make, cell: CellSummary) -> None:
    assert not cell.complete
    assert cell.state == "7 of 10 games"
    (done,) = cells({"None": [won(0), wrong(1)]})
    assert done.complete
    assert done.state == "complete"


def test_nothing_played_is_no_figure(cells: Make) -> None:
    (cell,) = cells({"None": []}, planned=5)
    assert math.isnan(cell.failure_rate.value)
    assert math.isnan(cell.queries["paid"].mean.value)
    assert cell.curve() is None
    assert (cell.flips, cell.seconds) == (None, None)
    assert not cell.complete


def test_flips_are_a_share_of_all_decisions(cells: Make) -> None:
    (cell,) = cells({"RND": [won(0, decisions=30, flips=3), won(1, decisions=10, flips=7)]})
    assert cell.flips == 0.25


def test_flagged_queries_are_a_column_where_a_defense_counts_them(cells: Make, database: Database) -> None:
    games = [won(0, 10, flagged=4), won(1, 30, flagged=16), wrong(2)]
    spec = EvaluationSpec.model_validate({"models": [{"defense": [{"name": "blacklight"}]}]})
    table = costs(summarize(database, fill(database, spec, lambda cell: games)))
    place = [it.title for it in table.headings].index("Queries flagged")
    assert table.rows[0][place].text == "50.0 %"
    assert "Queries flagged" not in [it.title for it in costs(cells({"None": games})).headings]
