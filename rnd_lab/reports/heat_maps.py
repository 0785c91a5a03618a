"""Maps of the failure rate over μ and ν: what counts is their ratio."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from rnd_lab.evaluation.axes import mu_of, nu_of
from rnd_lab.game.referee import Criterion
from rnd_lab.reports.axes import defended_title, families, varies
from rnd_lab.reports.drawing import Drawing, Plate
from rnd_lab.reports.identity import criterion_title, panel_titles
from rnd_lab.reports.summary import CellSummary

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = "cividis"
"""Even steps of lightness, the same to every kind of colour vision."""


def heat_maps(cells: Sequence[CellSummary]) -> Plate | None:
    """A map for each attack and model whose cells vary in both, by the criterion that ended the games and by vote.

    None where no cells do.
    """
    played = [it for it in cells if it.fought]
    groups = [group for group in families(played, "nu", "mu") if varies(group, "nu") and varies(group, "mu")]
    if not groups:
        return None
    titles = panel_titles([group[0] for group in groups], skip=("Defended model", "ν", "μ"))
    models = [defended_title(group) for group in groups]
    if len(set(models)) > 1:
        titles = [f"{title}, {model}" for title, model in zip(titles, models, strict=True)]
    drawings = [
        _drawing(f"map-{number}-{criterion}", f"{title}: {criterion_title(criterion, group)}", group, criterion)
        for number, (title, group) in enumerate(zip(titles, groups, strict=True), start=1)
        for criterion in dict.fromkeys((group[0].ends, "vote"))
    ]
    about = (
        "Failure rate of the attack in %, by ν of the defense and μ of the attack. Light: the attack fails. "
        "A star marks an incomplete cell."
    )
    return Plate("μ × ν", about, tuple(drawings))


def _drawing(name: str, title: str, group: Sequence[CellSummary], criterion: Criterion) -> Drawing:
    return Drawing(name, title, f"{title}: failure rate over μ and ν.", partial(_paint, group, criterion))


def _paint(group: Sequence[CellSummary], criterion: Criterion, axes: "Axes") -> None:
    places = {(nu_of(it.cell.spec.defense), mu_of(it.cell.spec.attack) or 0.0): it for it in group}
    nus, mus = sorted({nu for nu, _ in places}), sorted({mu for _, mu in places})
    values = np.full((len(nus), len(mus)), np.nan)
    for (nu, mu), it in places.items():
        values[nus.index(nu), mus.index(mu)] = it.failure[criterion].value
    axes.pcolormesh(np.arange(len(mus) + 1) - 0.5, np.arange(len(nus) + 1) - 0.5, values, vmin=0, vmax=1, cmap=COLOURS)
    for (nu, mu), it in places.items():
        row, column = nus.index(nu), mus.index(mu)
        text = f"{100 * values[row, column]:.0f}{'' if it.complete else '*'}"
        ink = "white" if values[row, column] < 0.5 else "black"
        axes.text(column, row, text, ha="center", va="center", color=ink)
    axes.set_xticks(range(len(mus)), [f"{mu:g}" for mu in mus])
    axes.set_yticks(range(len(nus)), [f"{nu:g}" for nu in nus])
    axes.set(xlabel="μ, size of a probe", ylabel="ν (pixel units)")
    axes.grid(visible=False)
