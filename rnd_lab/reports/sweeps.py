"""Curves over ν, μ, M or ε, and clean accuracy over ν."""

from collections.abc import Sequence
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from rnd_lab.game.referee import Criterion
from rnd_lab.primitives.statistics import Estimate
from rnd_lab.reports.axes import (
    AXES,
    AxisName,
    by_place_of_rnd,
    defended_title,
    families,
    grouped,
    place,
    varies,
    without,
)
from rnd_lab.reports.drawing import Drawing, Plate, pens
from rnd_lab.reports.identity import criterion_title, labels, names, panel_titles
from rnd_lab.reports.summary import CellSummary

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Line = list[CellSummary]
"""Cells that differ in their place on an axis alone, in its order."""

CROSSING: dict[AxisName, tuple[str, ...]] = {
    "nu": ("Defended model", "ν", "μ"),
    "mu": ("Defended model", "ν", "μ"),
    "eot": ("Defended model", "ν", "μ", "M"),
    "epsilon": ("Defended model", "ν", "μ", "ε"),
}
"""What does not tell panels apart: the lines of a panel differ in it, or it is their axis."""

FEW = 8
"""Values of an axis that are all written below it."""


def sweep(cells: Sequence[CellSummary], axis: AxisName) -> Plate | None:
    """Failure rate over an axis, one panel for each attack; over ν with the clean accuracy beside it.

    None where the cells lie at one place of the axis.
    """
    drawings = _failures([it for it in cells if it.fought], axis)
    if axis == "nu":
        drawings = _clean([it for it in cells if it.played]) + drawings
    if not drawings:
        return None
    ended = {it.ends for it in cells}
    solid = criterion_title(cells[0].ends, cells) if len(ended) == 1 else "the criterion"
    dotted = " or ".join(dict.fromkeys(criterion_title(_second(it), cells) for it in sorted(ended)))
    where = " where that did" if len(ended) > 1 and "vote" in ended else ""
    about = (
        f"Failure rate of the attack. Solid: by {solid}, which ended the games, with 95 % Wilson intervals; "
        f"dotted: by {dotted}{where}."
    )
    return Plate(f"Over {AXES[axis].column}", about, tuple(drawings))


def _failures(cells: Sequence[CellSummary], axis: AxisName) -> list[Drawing]:
    lines = _lines(cells, axis)
    panels = list(grouped(lines, lambda line: without(line[0].cell.spec, axis, "defended", "mu")).values())
    titles = panel_titles([panel[0][0] for panel in panels], skip=CROSSING[axis])
    return [
        _failure(f"failure-{axis}-{number}", title, axis, panel)
        for number, (title, panel) in enumerate(zip(titles, panels, strict=True), start=1)
    ]


def _lines(cells: Sequence[CellSummary], axis: AxisName) -> list[Line]:
    return [_ordered(family, axis) for family in families(cells, axis) if varies(family, axis)]


def _ordered(family: Sequence[CellSummary], axis: AxisName) -> Line:
    return sorted(family, key=lambda it: place(it.cell.spec, axis))


def _second(ends: Criterion) -> Criterion:
    """The criterion that is shown beside the one that ended the games."""
    return "first_hit" if ends == "vote" else "vote"


def _legend(panel: Sequence[Line], axis: AxisName) -> list[str]:
    found = names([line[0] for line in panel])
    if axis == "nu":
        found = [{**name, "Defended model": defended_title(line)} for name, line in zip(found, panel, strict=True)]
    return labels(found, skip=(AXES[axis].column,))


def _failure(name: str, title: str, axis: AxisName, panel: Sequence[Line]) -> Drawing:
    about = f"{title}: failure rate over {AXES[axis].title}."
    return Drawing(name, title, about, partial(_paint_failure, panel, axis))


def _paint_failure(panel: Sequence[Line], axis: AxisName, axes: "Axes") -> None:
    for line, label, pen in zip(panel, _legend(panel, axis), pens(len(panel)), strict=True):
        at = [place(it.cell.spec, axis) for it in line]
        _draw(axes, at, [it.failure_rate for it in line], label, pen.color, pen.marker, pen.linestyle)
        other = [it.failure[_second(it.ends)].value for it in line]
        axes.plot(at, other, color=pen.color, marker=pen.marker, fillstyle="none", linestyle=":", linewidth=1)
    _label(axes, sorted({place(it.cell.spec, axis) for line in panel for it in line}), axis, "failure rate")


def _clean(cells: Sequence[CellSummary]) -> list[Drawing]:
    """Clean accuracy does not depend on the attack: each place takes the cell with the most games."""
    models = grouped(cells, lambda it: (it.cell.spec.model, without(it.cell.spec, "nu").defense, it.cell.spec.data))
    lines = []
    for family in chain(*(by_place_of_rnd(group, lambda it: it.cell.spec) for group in models.values())):
        places = grouped(family, lambda it: place(it.cell.spec, "nu"))
        line = [max(here, key=lambda it: it.played) for _, here in sorted(places.items())]
        if varies(line, "nu"):
            lines.append(line)
    if not lines:
        return []
    about = "Share of the clean images that one defended answer got right, over ν."
    return [Drawing("clean-accuracy", "Clean accuracy", about, partial(_paint_clean, lines))]


def _paint_clean(lines: Sequence[Line], axes: "Axes") -> None:
    legend = labels([{"Defended model": defended_title(line)} for line in lines])
    for line, label, pen in zip(lines, legend, pens(len(lines)), strict=True):
        at = [place(it.cell.spec, "nu") for it in line]
        _draw(axes, at, [it.accuracy for it in line], label, pen.color, pen.marker, pen.linestyle)
    _label(axes, sorted({place(it.cell.spec, "nu") for line in lines for it in line}), "nu", "clean accuracy")


def _draw(
    axes: "Axes", at: Sequence[float], estimates: Sequence[Estimate], label: str, color: str, marker: str, dash: str
) -> None:
    values = [it.value for it in estimates]
    errors = [[it.value - it.low for it in estimates], [it.high - it.value for it in estimates]]
    axes.errorbar(
        at, values, errors, label=label, color=color, marker=marker, linestyle=dash, capsize=2.5, elinewidth=1
    )


def _label(axes: "Axes", places: Sequence[float], axis: AxisName, what: str) -> None:
    axes.set(ylim=(-0.02, 1.02), xlabel=AXES[axis].title, ylabel=what)
    if min(places) > 0 and max(places) > 20 * min(places):
        axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    if len(places) <= FEW:
        axes.set_xticks(places, [f"{place:g}" for place in places])
        axes.minorticks_off()
