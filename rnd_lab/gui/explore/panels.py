"""Which cells belong into one plot, and which of them on one line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rnd_lab.gui.explore.figures import Figures
from rnd_lab.reports.axes import AXES, Aspect, AxisName, defended_title, families_of, grouped, place, varies, without
from rnd_lab.reports.grids import CROSSING, Grid, attack_grids, mu_nu_grids
from rnd_lab.reports.identity import labels, names, panel_titles


@dataclass(frozen=True)
class Line:
    """Cells in the order of an axis, each with its place there, and what the legend calls them."""

    label: str
    cells: tuple[Figures, ...]
    at: tuple[float, ...]


@dataclass(frozen=True)
class Panel:
    """What one plot shows. In a map the cells of the lines lie in ``columns``; ``below`` and ``beside`` its titles."""

    title: str
    lines: tuple[Line, ...]
    columns: tuple[str, ...] = ()
    below: str = ""
    beside: str = ""


@dataclass(frozen=True)
class Plan:
    """All plots that some cells allow; ``curves`` by the axes that they vary in."""

    maps: list[Panel]
    matrices: list[Panel]
    curves: dict[AxisName, list[Panel]]
    queries: list[Panel]


def plan(cells: Sequence[Figures]) -> Plan:
    """Divide the cells whose games count among plots. With hundreds of cells it takes a while."""
    played = [it for it in cells if it.attacked]
    figures, summaries = {it.number: it for it in played}, [it.cell for it in played]
    return Plan(
        [_panel(grid, figures) for grid in mu_nu_grids(summaries)],
        [_panel(grid, figures) for grid in attack_grids(summaries)],
        {axis: curve_panels(played, axis) for axis in axes_of(played)},
        query_panels(played),
    )


def axes_of(cells: Sequence[Figures]) -> list[AxisName]:
    """The axes that at least one family of cells varies in."""
    return [axis for axis in AXES if any(_varies(family, axis) for family in _families(cells, axis))]


def curve_panels(cells: Sequence[Figures], axis: AxisName) -> list[Panel]:
    """A panel for each attack and its rules, with a line for all cells that differ in the axis alone."""
    lines = [sorted(it, key=lambda cell: _place(cell, axis)) for it in _families(cells, axis) if _varies(it, axis)]
    groups = list(grouped(lines, lambda line: without(line[0].cell.cell.spec, axis, "defended", "mu")).values())
    titles = _titles([group[0] for group in groups], AXES[axis].column)
    return [
        Panel(
            title,
            tuple(
                Line(label, tuple(line), tuple(_place(it, axis) for it in line))
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
    return families_of(cells, lambda it: it.cell.cell.spec, *aspects)


def _place(cell: Figures, axis: AxisName) -> float:
    return place(cell.cell.cell.spec, axis)


def _varies(cells: Sequence[Figures], axis: AxisName) -> bool:
    return varies([it.cell for it in cells], axis)


def _panel(grid: Grid, figures: Mapping[int, Figures]) -> Panel:
    """Each row of the grid is a line, with the numbers of its columns for places."""
    lines = []
    for row, label in enumerate(grid.rows):
        at = sorted(column for this, column in grid.squares if this == row)
        cells = (figures[grid.squares[row, column].cell.id] for column in at)
        lines.append(Line(label, tuple(cells), tuple(map(float, at))))
    return Panel(grid.title, tuple(lines), grid.columns, grid.below, grid.beside)


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
