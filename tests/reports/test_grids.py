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


def test_stacks_of_another_order_have_grids_of_their_own(played: Cells) -> None:
    """What has no RND is the ν = 0 of both, unless a stack has its own."""
    rnd, jpeg = {"name": "rnd"}, {"name": "jpeg"}
    rows = [{"defense": stack} for stack in ([rnd, jpeg], [jpeg, rnd], [jpeg])]
    cells = played({"models": rows, "nu": [0.01, 0.02], "mu": [0.05, 0.1]})
    first, second = mu_nu_grids(cells)
    assert (first.title, second.title) == (
        "Square, cifar10-resnet20, RND over JPEG",
        "Square, cifar10-resnet20, JPEG over RND",
    )
    for grid, model in ((first, "RND(ν=0.0"), (second, "JPEG over RND(ν=0.0")):
        assert grid.rows == ("0", "0.01", "0.02")
        titles = {key: cell.cell.title for key, cell in grid.squares.items()}
        assert len(titles) == 6
        assert all((model in title) == (row > 0) for (row, _), title in titles.items())


def test_a_stack_that_has_rnd_without_noise_takes_no_other_for_its_own(played: Cells) -> None:
    rows = [{"defense": []}, {"defense": [{"name": "rnd"}]}]
    (grid,) = mu_nu_grids(played({"models": rows, "nu": [0, 0.02], "mu": [0.05, 0.1]}))
    assert len(grid.squares) == 4
    assert all("RND" in cell.cell.title for cell in grid.squares.values())


def test_models_of_the_same_name_are_told_by_their_path(played: Cells) -> None:
    rows = [{"model": {"source": f"{folder}/net.safetensors"}} for folder in ("run1", "run2")]
    cells = played({"models": [*rows, {"model": {"source": "other.pt"}}], "attacks": TWO})
    (grid,) = attack_grids(cells)
    noisy = [row | {"defense": [{"name": "rnd"}]} for row in rows]
    two = mu_nu_grids(played({"models": noisy, "nu": [0.01, 0.02], "mu": [0.05, 0.1]}))
    assert [it.title for it in two] == [f"Square, {folder}/net.safetensors, RND" for folder in ("run1", "run2")]
    assert set(grid.rows) == {"run1/net.safetensors, none", "run2/net.safetensors, none", "other, none"}


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
