"""Maps of the failure rate: over μ and ν, whose ratio is what counts, and over attacks and defended models."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from rnd_lab.game.referee import Criterion
from rnd_lab.reports.drawing import Drawing, Plate
from rnd_lab.reports.grids import Grid, attack_grids, mu_nu_grids
from rnd_lab.reports.identity import criterion_title
from rnd_lab.reports.summary import CellSummary

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = "cividis"
"""Even steps of lightness, the same to every kind of colour vision."""
SHORT = 6
"""Letters that stand side by side below a column; longer names are slanted."""
READING = "Light: the attack fails. A star marks an incomplete cell."


def mu_nu_maps(cells: Sequence[CellSummary]) -> Plate | None:
    """A map for each attack and model whose cells vary in both, by the criterion that ended the games and by vote.

    None where no cells do.
    """
    grids = mu_nu_grids([it for it in cells if it.fought])
    about = f"Failure rate of the attack in %, by ν of the defense and μ of the attack. {READING}"
    return _plate("μ × ν", about, "map", grids)


def attack_maps(cells: Sequence[CellSummary]) -> Plate | None:
    """A map for all cells of the same rules, where they have several attacks and several defended models.

    By the criterion that ended the games and by vote. None where no cells have.
    """
    grids = attack_grids([it for it in cells if it.fought])
    about = f"Failure rate in % of cells that were played by the same rules, each attack under its norm. {READING}"
    return _plate("Attacks × defenses", about, "attacks", grids)


def _plate(title: str, about: str, name: str, grids: Sequence[Grid]) -> Plate | None:
    drawings = tuple(
        _drawing(f"{name}-{number}-{criterion}", grid, criterion)
        for number, grid in enumerate(grids, start=1)
        for criterion in dict.fromkeys((_cells(grid)[0].ends, "vote"))
    )
    return Plate(title, about, drawings) if drawings else None


def _cells(grid: Grid) -> list[CellSummary]:
    return list(grid.squares.values())


def _drawing(name: str, grid: Grid, criterion: Criterion) -> Drawing:
    title = f"{grid.title}: {criterion_title(criterion, _cells(grid))}"
    about = f"{title}: failure rate by {grid.below} and {grid.beside}."
    return Drawing(name, title, about, partial(_paint, grid, criterion))


def _paint(grid: Grid, criterion: Criterion, axes: "Axes") -> None:
    values = np.full((len(grid.rows), len(grid.columns)), np.nan)
    for at, it in grid.squares.items():
        values[at] = it.failure[criterion].value
    rows, columns = values.shape
    axes.pcolormesh(np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5, values, vmin=0, vmax=1, cmap=COLOURS)
    for (row, column), it in grid.squares.items():
        text = f"{100 * values[row, column]:.0f}{'' if it.complete else '*'}"
        ink = "white" if values[row, column] < 0.5 else "black"
        axes.text(column, row, text, ha="center", va="center", color=ink)
    axes.set_xticks(range(columns), grid.columns)
    if max(map(len, grid.columns)) > SHORT:
        axes.tick_params("x", labelrotation=30)
        for label in axes.get_xticklabels():
            label.set(ha="right", rotation_mode="anchor")
    axes.set_yticks(range(rows), grid.rows)
    axes.set(xlabel=grid.below, ylabel=grid.beside)
    axes.grid(visible=False)
