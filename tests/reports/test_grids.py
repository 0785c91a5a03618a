"""How cells are laid out on grids, for the report and the window alike."""

from collections.abc import Callable, Sequence

import pytest

from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.reports.content import read_report
from rnd_lab.reports.grids import Grid, attack_grids, mu_nu_grids
from rnd_lab.reports.summary import CellSummary
from rnd_lab.results.database import Database
from tests.reports.conftest import fill, won

Cells = Callable[..., Sequence[CellSummary]]
ROWS = [{"title": "None"}, {"title": "RND", "defense": [{"name": "rnd"}]}]
TWO = [{"name": "square"}, {"name": "nes"}]


@pytest.fixture
def played(database: Database) -> Cells:
    """The cells of one or several evaluations of one game a cell, by what is unusual about each."""

    def cells(*evaluations: dict[str, object]) -> Sequence[CellSummary]:
        specs = [EvaluationSpec.model_validate(it) for it in evaluations]
        return read_report(database, [fill(database, spec, lambda cell: [won(0)]) for spec in specs]).cells

    return cells


def told(grid: Grid) -> dict[tuple[str, str], str]:
    """What stands at each row and column: the title of its defended model and the name of its attack."""
    return {
        (grid.rows[row], grid.columns[column]): f"{it.cell.title}, {it.cell.spec.attack.name}"
        for (row, column), it in grid.squares.items()
    }


def test_each_cell_stands_in_the_row_of_its_model_and_the_column_of_its_attack(played: Cells) -> None:
    (grid,) = attack_grids(played({"models": ROWS, "attacks": TWO}))
    assert grid.rows == ("RND", "None")  # from below to above
    assert grid.columns == ("Square", "NES")
    assert len(grid.squares) == 4
    for (row, column), it in told(grid).items():
        assert it.startswith(row)
        assert it.endswith(column.lower())


def test_an_attack_under_another_norm_stands_beside_the_others(played: Cells) -> None:
    (grid,) = attack_grids(
        played(
            {"models": ROWS, "attacks": TWO},
            {"models": ROWS, "attacks": [{"name": "simba"}], "threat": {"norm": "l2", "epsilon": 1.0}},
        )
    )
    assert grid.columns == ("Square", "NES", "SimBA")
    assert len(grid.squares) == 6


def test_attacks_under_two_norms_each_have_a_grid_for_each(played: Cells) -> None:
    both = {"models": ROWS, "attacks": TWO}
    grids = attack_grids(played(both, {**both, "threat": {"norm": "l2", "epsilon": 1.0}}))
    assert [grid.title for grid in grids] == [
        "Attacks and defended models, ℓ∞",
        "Attacks and defended models, ℓ2",
    ]
    assert [grid.columns for grid in grids] == [("Square", "NES")] * 2


def test_sizes_of_one_attack_are_no_attacks_and_one_row_is_no_comparison(played: Cells) -> None:
    assert attack_grids(played({"models": ROWS, "mu": [0.1, 0.2]})) == []
    assert attack_grids(played({"models": ROWS[:1], "attacks": TWO})) == []


def test_mu_and_nu_ascend_along_their_axes(played: Cells) -> None:
    (grid,) = mu_nu_grids(played({"models": ROWS[1:], "nu": [0.02, 0.01], "mu": [0.2, 0.1]}))
    assert (grid.rows, grid.columns) == (("0.01", "0.02"), ("0.1", "0.2"))
    at = {(row, column): it.cell.title for (row, column), it in grid.squares.items()}
    assert len(at) == 4
    assert "0.02" in at[1, 0]
    assert "0.1" in at[1, 0]
