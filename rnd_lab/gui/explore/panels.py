"""Which cells belong into one plot, and which of them on one line."""

from collections.abc import Sequence
from dataclasses import dataclass

from rnd_lab.gui.explore.figures import Figures
from rnd_lab.reports.axes import AXES, Aspect, AxisName, defended_title, grouped, varies, without
from rnd_lab.reports.identity import labels, names, panel_titles

CROSSING = ("Defended model", "ν", "μ")
"""What does not tell panels apart: lines differ in it, or it is an axis."""


@dataclass(frozen=True)
class Line:
    """Cells in the order of an axis, each with its place there, and what the legend calls them."""

    label: str
    cells: tuple[Figures, ...]
    at: tuple[float, ...]


@dataclass(frozen=True)
class Panel:
    """What one plot shows."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Plan:
    """All plots that some cells allow; ``curves`` by the axes that they vary in."""

    maps: list[Panel]
    curves: dict[AxisName, list[Panel]]
    queries: list[Panel]


def plan(cells: Sequence[Figures]) -> Plan:
    """Divide the cells whose games count among plots. With hundreds of cells it takes a while."""
    played = [it for it in cells if it.attacked]
    return Plan(
        map_panels(played), {axis: curve_panels(played, axis) for axis in axes_of(played)}, query_panels(played)
    )


def place(cell: Figures, axis: AxisName) -> float:
    """Where a cell lies on an axis; 0 where it has no such setting."""
    return AXES[axis].of(cell.cell.cell.spec) or 0.0


def axes_of(cells: Sequence[Figures]) -> list[AxisName]:
    """The axes that at least one family of cells varies in."""
    return [axis for axis in AXES if any(_varies(family, axis) for family in _families(cells, axis))]


def map_panels(cells: Sequence[Figures]) -> list[Panel]:
    """A panel for all cells that differ in ν and μ alone, where both vary; each line is a row of the same ν."""
    groups = [it for it in _families(cells, "nu", "mu") if _varies(it, "nu") and _varies(it, "mu")]
    titles = _titles(groups)
    models = [defended_title([it.cell for it in group]) for group in groups]
    if len(set(models)) > 1:
        titles = [f"{title}, {model}" for title, model in zip(titles, models, strict=True)]
    return [Panel(title, _rows(group)) for title, group in zip(titles, groups, strict=True)]


def curve_panels(cells: Sequence[Figures], axis: AxisName) -> list[Panel]:
    """A panel for each attack and its rules, with a line for all cells that differ in the axis alone."""
    lines = [sorted(it, key=lambda cell: place(cell, axis)) for it in _families(cells, axis) if _varies(it, axis)]
    groups = list(grouped(lines, lambda line: without(line[0].cell.cell.spec, axis, "defended", "mu")).values())
    titles = _titles([group[0] for group in groups], AXES[axis].column)
    return [
        Panel(
            title,
            tuple(
                Line(label, tuple(line), tuple(place(it, axis) for it in line))
                for label, line in zip(_labels(group, axis), group, strict=True)
            ),
        )
        for title, group in zip(titles, groups, strict=True)
    ]


def query_panels(cells: Sequence[Figures]) -> list[Panel]:
    """A panel for each attack, μ and rules, with a line for each defended model."""
    groups = _families(cells, "defended")
    found = panel_titles([group[0].cell for group in groups], skip=("Defended model", "ν"))
    return [
        Panel(title, tuple(Line(label, (it,), (0.0,)) for label, it in zip(_named(group), group, strict=True)))
        for title, group in zip(found, groups, strict=True)
    ]


def _families(cells: Sequence[Figures], *aspects: Aspect) -> list[list[Figures]]:
    return list(grouped(cells, lambda it: without(it.cell.cell.spec, *aspects)).values())


def _varies(cells: Sequence[Figures], axis: AxisName) -> bool:
    return varies([it.cell for it in cells], axis)


def _rows(group: Sequence[Figures]) -> tuple[Line, ...]:
    rows = grouped(sorted(group, key=lambda it: place(it, "mu")), lambda it: place(it, "nu"))
    return tuple(
        Line(f"{nu:g}", tuple(cells), tuple(place(it, "mu") for it in cells)) for nu, cells in sorted(rows.items())
    )


def _titles(groups: Sequence[Sequence[Figures]], *columns: str) -> list[str]:
    return panel_titles([group[0].cell for group in groups], skip=(*CROSSING, *columns))


def _labels(group: Sequence[Sequence[Figures]], axis: AxisName) -> list[str]:
    found = names([line[0].cell for line in group])
    if axis == "nu":
        titles = [defended_title([it.cell for it in line]) for line in group]
        found = [{**name, "Defended model": title} for name, title in zip(found, titles, strict=True)]
    return labels(found, skip=(AXES[axis].column,))


def _named(cells: Sequence[Figures]) -> list[str]:
    return labels(names([it.cell for it in cells]))
