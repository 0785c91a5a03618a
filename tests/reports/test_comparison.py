"""Cells compared on the same images."""

from collections.abc import Callable

import pytest

from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.primitives.errors import LabError
from rnd_lab.reports.comparison import compare, compare_rivals
from rnd_lab.reports.summary import CellSummary, summarize
from rnd_lab.results.database import Database
from tests.reports.conftest import fill, lost, won, wrong

Make = Callable[..., tuple[CellSummary, ...]]


def test_only_images_attacked_in_both_count(cells: Make) -> None:
    first, second = cells(
        {
            "None": [won(0), won(1), won(2), wrong(3), lost(4)],
            "RND": [lost(0), lost(1), won(2), lost(3), wrong(4)],
        }
    )
    outcome = compare(second, first).outcome
    assert (outcome.pairs, outcome.first_only, outcome.second_only) == (3, 2, 0)
    assert outcome.difference.value == pytest.approx(2 / 3)
    assert outcome.p_value == 0.5


def test_another_criterion_may_be_asked_for(cells: Make) -> None:
    first, second = cells({"None": [won(0), won(1)], "RND": [won(0, vote=False), won(1, vote=False)]})
    assert compare(first, second).outcome.first_only + compare(first, second).outcome.second_only == 0
    assert compare(first, second, "vote").outcome.second_only == 2


def test_cells_of_different_images_are_not_compared(database: Database, cells: Make) -> None:
    (first,) = cells({"None": [won(0)]})
    spec = EvaluationSpec.model_validate({"models": [{"title": "RND", "defense": [{"name": "rnd"}]}]})
    number = database.add_evaluation(spec.name, spec.model_dump_json(), spec.digest, spec.cells())
    database.begin_cell(database.cells(number)[0].id, 1, "model", "other images", ())
    (second,) = summarize(database, number)
    with pytest.raises(LabError, match="different images"):
        compare(first, second)


def test_every_model_meets_every_other_under_the_same_attack_alone(cells: Make) -> None:
    games = [won(0), lost(1)]
    found = cells({"None": games, "RND": games, "RND-GF": games}, attacks=[{"name": "square"}])
    pairs = [(it.comparison.first, it.comparison.second) for it in compare_rivals(found)]
    assert pairs == [(found[0], found[1]), (found[0], found[2]), (found[1], found[2])]


def test_attacks_are_not_compared_with_each_other_but_repeats_are(database: Database) -> None:
    spec = EvaluationSpec.model_validate({"attacks": [{"name": "square"}, {"name": "nes"}], "eot": [1, 5]})
    found = summarize(database, fill(database, spec, lambda cell: [won(0), lost(1)]))
    pairs = [(it.comparison.first.cell.title, it.comparison.second.cell.title) for it in compare_rivals(found)]
    assert len(pairs) == 2
    for one, other in pairs:
        assert f"{one} · M=5" == other


def test_many_models_are_compared_with_the_first_alone(cells: Make) -> None:
    found = cells({"RND" + "+" * number: [won(0)] for number in range(10)})
    firsts = {it.comparison.first.cell.id for it in compare_rivals(found)}
    assert firsts == {found[0].cell.id}


def test_p_values_are_adjusted_for_the_number_of_comparisons(cells: Make) -> None:
    lists = {"None": [won(it) for it in range(8)], "RND": [lost(it) for it in range(8)], "RND-GF": [won(0), lost(1)]}
    found = compare_rivals(cells(lists, planned=8))
    assert [it.comparison.outcome.p_value for it in found] == [pytest.approx(2 / 2**8), 1, 1]
    assert found[0].adjusted == pytest.approx(3 * 2 / 2**8)
