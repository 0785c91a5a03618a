"""Which cells belong into one plot, and which of them on one line."""

from collections.abc import Sequence
from dataclasses import dataclass

from rnd_lab.attacks.catalog import AnyAttack
from rnd_lab.gui.explore.figures import Figures
from rnd_lab.reports.axes import AXES, Aspect, AxisName, defended_title, grouped, varies, without
from rnd_lab.reports.identity import labels, names, panel_titles
from rnd_lab.results.cell import CellSpec

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
    return Plan(
        map_panels(played),
        matrix_panels(played),
        {axis: curve_panels(played, axis) for axis in axes_of(played)},
        query_panels(played),
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
    return [_map(title, group) for title, group in zip(titles, groups, strict=True)]


def matrix_panels(cells: Sequence[Figures]) -> list[Panel]:
    """A panel for all cells that differ in attack and defended model alone, several of both, the first row on top.

    Sizes of one attack's probe are no several attacks.
    """
    families = _families(cells, "attack", "defended")
    groups = [it for it in families if len({_attack(cell).name for cell in it}) > 1 and len(_defended(it)) > 1]
    skip = (*CROSSING, "Attack")
    titles = labels(names([group[0].cell for group in groups]), skip) if len(groups) > 1 else [""] * len(groups)
    return [
        _matrix(", ".join(filter(None, ("attacks and defended models", title))), group)
        for title, group in zip(titles, groups, strict=True)
    ]


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


def _map(title: str, group: Sequence[Figures]) -> Panel:
    mus = sorted({place(it, "mu") for it in group})
    rows = grouped(sorted(group, key=lambda it: place(it, "mu")), lambda it: place(it, "nu"))
    lines = tuple(
        Line(f"{nu:g}", tuple(cells), tuple(float(mus.index(place(it, "mu"))) for it in cells))
        for nu, cells in sorted(rows.items())
    )
    return Panel(title, lines, tuple(f"{mu:g}" for mu in mus), AXES["mu"].title, AXES["nu"].title)


def _matrix(title: str, group: Sequence[Figures]) -> Panel:
    attacks, rows = _attacks(group), _defended(group)
    columns = labels(names([cells[0].cell for cells in attacks.values()]), skip=("Defended model", "ν"))
    found = labels(names([cells[0].cell for cells in rows.values()]), skip=("Attack", "μ"))
    places = {attack: float(column) for column, attack in enumerate(attacks)}
    lines = [
        Line(label, tuple(cells), tuple(places[_attack(it)] for it in cells))
        for label, cells in zip(found, rows.values(), strict=True)
    ]
    return Panel(title, tuple(reversed(lines)), tuple(columns), "attack", "defended model")


def _attack(cell: Figures) -> AnyAttack:
    return cell.cell.cell.spec.attack


def _attacks(group: Sequence[Figures]) -> dict[AnyAttack, list[Figures]]:
    return grouped(group, _attack)


def _defended(group: Sequence[Figures]) -> dict[CellSpec, list[Figures]]:
    return grouped(group, lambda it: without(it.cell.cell.spec, "attack"))


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
