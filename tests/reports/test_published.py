"""Published figures beside ours."""

from collections.abc import Callable

import pytest

from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.reports.content import read_report
from rnd_lab.reports.published import departures, side_by_side, table_of
from rnd_lab.reports.published_tables import published
from rnd_lab.reports.summary import CellSummary
from rnd_lab.reports.tables import published_beside
from rnd_lab.results.database import Database
from tests.reports.conftest import fill, lost, won

Make = Callable[..., tuple[CellSummary, ...]]


def test_tables_are_whole() -> None:
    assert len(published("table1")) == 54
    assert len(published("table2")) == 15 * 7


def test_cells_are_found_by_row_attack_norm_and_data_set(cells: Make) -> None:
    found = side_by_side(cells({"None": [won(0, 100), lost(1)], "RND-GF": [won(0), won(1)]}), "table2")
    assert [(it.published.row, it.published.data_set, it.published.queries) for it in found] == [
        ("none", "CIFAR-10", 137.1),
        ("RND-GF", "CIFAR-10", 1207.3),
    ]
    assert found[0].failure_difference == pytest.approx(0.5 - 0.02)
    assert found[0].queries_difference == pytest.approx(100 - 137.1)


@pytest.mark.parametrize("order", [(1, 2), (2, 1), (1, 1)])
def test_a_cell_that_another_evaluation_calls_otherwise_is_found_too(
    database: Database, order: tuple[int, ...]
) -> None:
    row: dict[str, object] = {"defense": [{"name": "rnd"}]}
    for name, title in (("reproduce table2 small", "RND"), ("mine", "Noisy")):
        fill(
            database,
            EvaluationSpec.model_validate({"name": name, "models": [row | {"title": title}]}),
            lambda cell: [won(0)],
        )
    report = read_report(database, order)
    assert [it.published.row for it in report.beside] == ["RND"]
    assert [it.cell.title.split(" · ")[0] for it in report.cells] == ["RND" if order[0] == 1 else "Noisy"]


def test_cells_of_another_norm_or_an_unknown_row_have_nothing_beside_them(cells: Make) -> None:
    assert side_by_side(cells({"None": [won(0)]}, threat={"norm": "l2", "epsilon": 1}), "table2") == ()
    assert side_by_side(cells({"Mine": [won(0)]}), "table2") == ()


def test_eot_is_found_by_repeats_and_account(cells: Make) -> None:
    threat = {"eot": 5, "account": "adaptive"}
    (beside,) = side_by_side(cells({"RND": [won(0)]}, attacks=[{"name": "nes"}], threat=threat), "table1")
    assert (beside.published.queries, beside.published.failure) == (4078, 0.361)
    assert side_by_side(cells({"RND": [won(0)]}, attacks=[{"name": "square"}], threat=threat), "table1") == ()


def test_published_figures_that_contradict_each_other_are_marked() -> None:
    table2 = {(it.data_set, it.row, it.attack): it for it in published("table2")}
    assert "90.3 queries" in table2["CIFAR-10", "none", "square"].doubt
    assert "3 %" in table2["ImageNet", "none", "zs"].doubt
    assert table2["CIFAR-10", "none", "eco"].doubt == ""
    assert table2["CIFAR-10", "RND", "square"].doubt == ""
    (first,) = [
        it
        for it in published("table1")
        if (it.data_set, it.attack, it.account, it.eot) == ("CIFAR-10", "nes", "fixed", 1)
    ]
    assert "842.5 queries, 5 %" in first.doubt
    assert not any(it.doubt for it in published("table1") if it.eot > 1)


def test_every_difference_to_the_published_protocol_is_said(cells: Make) -> None:
    found = side_by_side(cells({"None": [won(0)]}, threat={"budget": 500, "epsilon": 0.03}), "table2")
    said = " ".join(departures(found))
    assert "WideNet-28; ours: cifar10-resnet20" in said
    assert "10,000 in the published evaluation, 500 here" in said
    assert "10,000 in the published evaluation, 1 here" in said
    assert "0.05 in the published evaluation, 0.03 here" in said


def test_table_shows_both_with_the_difference_and_the_mark(cells: Make) -> None:
    table = published_beside(side_by_side(cells({"None": [won(0, 100), lost(1)]}), "table2"))
    row = {heading.title: entry.text for heading, entry in zip(table.headings, table.rows[0], strict=True)}
    assert (row["Published failure"], row["Failure here"], row["Difference"]) == ("2.0 %", "50.0 %", "+48.0")
    assert (row["Published queries"], row["Queries here"], row["Difference in queries"]) == ("137.1", "100.0", "−37.1")
    assert row["Published clean accuracy"] == "96.6 %"
    assert "Contradicted" in row["Remark"]


@pytest.mark.parametrize(
    ("name", "table"),
    [("reproduce table1 small, fixed budget", "table1"), ("reproduce table2 full", "table2"), ("sweep", None)],
)
def test_the_name_of_an_evaluation_tells_what_it_reproduces(name: str, table: str | None) -> None:
    assert table_of(name) == table
