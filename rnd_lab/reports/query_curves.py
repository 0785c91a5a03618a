"""Success against queries: how many of the attacked images had fallen by then."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from rnd_lab.primitives.statistics import Floats, Steps
from rnd_lab.reports.axes import families
from rnd_lab.reports.drawing import Drawing, Pen, Plate, pens
from rnd_lab.reports.identity import labels, names, panel_titles
from rnd_lab.reports.summary import CellSummary

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POINTS = 150
"""Steps drawn of a curve; a panel is hardly wider."""
BANDS = 4
"""Curves that are drawn with their bands; more bands hide each other."""


def query_curves(cells: Sequence[CellSummary]) -> Plate | None:
    """One panel for each attack and its rules, a curve for each defended model and M; None without games."""
    groups = families([it for it in cells if it.fought], "defended", "eot")
    titles = panel_titles([group[0] for group in groups], skip=("Defended model", "ν", "M"))
    drawings = tuple(
        _drawing(f"queries-{number}", title, group)
        for number, (title, group) in enumerate(zip(titles, groups, strict=True), start=1)
    )
    if not drawings:
        return None
    return Plate(
        "Success against queries",
        "Share of the attacked images that had been won by so many queries (counted as published). Games that were not "
        f"won are censored at the budget: each curve ends at 1 − failure rate. Bands, drawn for up to {BANDS} curves: "
        "pointwise 95 % Wilson intervals.",
        drawings,
    )


def _drawing(name: str, title: str, group: Sequence[CellSummary]) -> Drawing:
    legend = labels(names(group))
    won = (f"{label} {1 - it.failure_rate.value:.0%}" for label, it in zip(legend, group, strict=True))
    about = f"{title}: share won against queries. At the budget: {', '.join(won)}."
    return Drawing(name, title, about, partial(_paint, group, legend))


def _paint(group: Sequence[CellSummary], legend: Sequence[str], axes: "Axes") -> None:
    limit = max(it.cell.spec.threat.allowance for it in group)
    for it, label, pen in zip(group, legend, pens(len(group)), strict=True):
        if steps := it.curve():
            _draw(axes, steps, it.cell.spec.threat.allowance, pen, label, band=len(group) <= BANDS)
    axes.set(xscale="log", xlim=(1, limit), ylim=(0, 1.02), xlabel="queries", ylabel="share won")
    axes.xaxis.set_major_formatter("{x:,.0f}")


def _draw(axes: "Axes", steps: Steps, budget: int, pen: Pen, label: str, *, band: bool) -> None:
    chosen = np.unique(np.linspace(0, len(steps.at) - 1, POINTS).round().astype(int))
    at = np.append(steps.at[chosen], max(budget, steps.at[-1])).clip(1)
    value, low, high = (_held(it[chosen]) for it in (steps.value, steps.low, steps.high))
    axes.plot(at, value, drawstyle="steps-post", color=pen.color, linestyle=pen.linestyle, label=label)
    if band:
        axes.fill_between(at, low, high, step="post", color=pen.color, alpha=0.13, linewidth=0)


def _held(values: Floats) -> Floats:
    """The last value holds on to the budget."""
    return np.append(values, values[-1])
