"""Cells laid out on grids: over μ and ν, or over attacks and defended models."""

from collections.abc import Sequence
from dataclasses import dataclass

from rnd_lab.attacks.catalog import AnyAttack
from rnd_lab.reports.axes import AXES, defended_title, families, grouped, place, varies, without
from rnd_lab.reports.identity import labels, names, panel_titles
from rnd_lab.reports.summary import CellSummary
from rnd_lab.results.cell import CellSpec

CROSSING = ("Defended model", "ν", "μ")
"""What does not tell grids apart: their rows or columns differ in it."""


@dataclass(frozen=True)
class Grid:
    """Cells by their row, from below to above, and their column; ``below`` and ``beside`` are the axes' titles."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    below: str
    beside: str
    squares: dict[tuple[int, int], CellSummary]


def mu_nu_grids(cells: Sequence[CellSummary]) -> list[Grid]:
    """A grid for all cells that differ in ν and μ alone, where both vary."""
    groups = [it for it in families(cells, "nu", "mu") if varies(it, "nu") and varies(it, "mu")]
    titles = panel_titles([group[0] for group in groups], skip=CROSSING)
    models = [defended_title(group) for group in groups]
    if len(set(models)) > 1:
        titles = [f"{title}, {model}" for title, model in zip(titles, models, strict=True)]
    return [_mu_nu_grid(title, group) for title, group in zip(titles, groups, strict=True)]


def attack_grids(cells: Sequence[CellSummary]) -> list[Grid]:
    """A grid for all cells that differ in attack and defended model alone, several of both, the first row on top.

    Sizes of one attack's probe are no several attacks. A norm and its ε belong to the attack where no attack was
    played under two.
    """
    groups = [
        group
        for group in _same_rules(cells)
        if len({_attack(it).name for it in group}) > 1 and len({_defended(it) for it in group}) > 1
    ]
    titles = (
        labels(names([group[0] for group in groups]), (*CROSSING, "Attack")) if len(groups) > 1 else [""] * len(groups)
    )
    return [
        _attack_grid(", ".join(filter(None, ("Attacks and defended models", title))), group)
        for title, group in zip(titles, groups, strict=True)
    ]


def _same_rules(cells: Sequence[CellSummary]) -> list[list[CellSummary]]:
    groups = []
    for group in families(cells, "attack", "defended", "norm", "epsilon"):
        threats = {(_attack(it).name, it.cell.spec.threat) for it in group}
        alone = len(threats) == len({name for name, _ in threats})
        groups += [group] if alone else families(group, "attack", "defended")
    return groups


def _mu_nu_grid(title: str, group: Sequence[CellSummary]) -> Grid:
    mus = sorted({place(it.cell.spec, "mu") for it in group})
    nus = sorted({place(it.cell.spec, "nu") for it in group})
    squares = {(nus.index(place(it.cell.spec, "nu")), mus.index(place(it.cell.spec, "mu"))): it for it in group}
    below, beside = AXES["mu"].title, AXES["nu"].title
    return Grid(title, tuple(f"{mu:g}" for mu in mus), tuple(f"{nu:g}" for nu in nus), below, beside, squares)


def _attack_grid(title: str, group: Sequence[CellSummary]) -> Grid:
    columns, rows = grouped(group, _attack), grouped(group, _defended)
    attacks = labels(names([cells[0] for cells in columns.values()]), skip=("Defended model", "ν"))
    defended = labels(names([cells[0] for cells in rows.values()]), skip=("Attack", "μ"))
    column = {attack: number for number, attack in enumerate(columns)}
    row = {model: number for number, model in enumerate(reversed(rows))}
    squares = {(row[_defended(it)], column[_attack(it)]): it for it in group}
    return Grid(title, tuple(attacks), tuple(reversed(defended)), "attack", "defended model", squares)


def _attack(cell: CellSummary) -> AnyAttack:
    return cell.cell.spec.attack


def _defended(cell: CellSummary) -> CellSpec:
    return without(cell.cell.spec, "attack", "norm", "epsilon")
