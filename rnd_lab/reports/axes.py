"""What tells cells apart: the axes of a sweep, and families of cells that differ in nothing but some of them."""

from collections.abc import Callable, Container, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from rnd_lab.attacks.square import SquareSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.evaluation.axes import SIZE, has_rnd, mu_of, nu_of, with_nu
from rnd_lab.evaluation.titles import cell_title, model_title, stack_title
from rnd_lab.models.spec import ModelSpec
from rnd_lab.reports.summary import CellSummary
from rnd_lab.results.cell import CellSpec
from rnd_lab.results.database import StoredCell

AxisName = Literal["nu", "mu", "eot", "epsilon"]
Aspect = AxisName | Literal["defended", "attack", "norm"]
ROW = "-"
Item = TypeVar("Item")
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Axis:
    """An axis that numbers lie on: its title, the column that names its values in tables, and a cell's place on it.

    The place is None where the cell has no such setting.
    """

    title: str
    column: str
    of: Callable[[CellSpec], float | None]


AXES: dict[AxisName, Axis] = {
    "nu": Axis("ν (pixel units)", "ν", lambda spec: nu_of(spec.defense)),
    "mu": Axis("μ, size of a probe", "μ", lambda spec: mu_of(spec.attack)),
    "eot": Axis("EOT M", "M", lambda spec: float(spec.threat.eot)),
    "epsilon": Axis("ε (pixel units)", "ε", lambda spec: spec.threat.epsilon),
}


def place(spec: CellSpec, axis: AxisName) -> float:
    """Where a cell lies on an axis; 0 where it has no such setting."""
    return AXES[axis].of(spec) or 0.0


def without(spec: CellSpec, *aspects: Aspect) -> CellSpec:
    """A key for grouping: cells that have the same one differ in these aspects at most. Never a cell to play.

    Without ν a model with RND and the same model with nothing in its place are alike: the latter is ν = 0.
    """
    changes: dict[str, Any] = {}
    if "defended" in aspects:
        changes |= {"model": ModelSpec(), "defense": ()}
    elif "nu" in aspects:
        changes["defense"] = tuple(it for it in spec.defense if not isinstance(it, RndSpec))
    if "attack" in aspects:
        changes["attack"] = SquareSpec()
    elif "mu" in aspects and spec.attack.name in SIZE:
        changes["attack"] = spec.attack.model_copy(update={SIZE[spec.attack.name]: 0.0})
    rules: dict[str, Any] = {name: 1 for name in ("eot", "epsilon") if name in aspects}
    if "norm" in aspects:
        rules["norm"] = "linf"
    return spec.model_copy(update={**changes, "threat": spec.threat.model_copy(update=rules)})


def grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    """Items in groups of the same key, all in the order in which they come."""
    groups: dict[Key, list[Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def families(cells: Sequence[CellSummary], *aspects: Aspect) -> list[list[CellSummary]]:
    """The cells in groups that differ in these aspects at most, in their order."""
    return families_of(cells, lambda it: it.cell.spec, *aspects)


def families_of(items: Sequence[Item], spec: Callable[[Item], CellSpec], *aspects: Aspect) -> list[list[Item]]:
    """:func:`families` of whatever has the spec of a cell. Stacks are never mixed that differ in RND's place."""
    groups = grouped(items, lambda it: without(spec(it), *aspects)).values()
    if "nu" not in aspects:
        return list(groups)
    return [family for group in groups for family in by_place_of_rnd(group, spec)]


def by_place_of_rnd(items: Sequence[Item], spec: Callable[[Item], CellSpec]) -> list[list[Item]]:
    """Items that differ in ν in groups of one stack each: "RND over JPEG" is not "JPEG over RND".

    An item without RND is the ν = 0 of every group that has none like it.
    """
    noisy = [it for it in items if has_rnd(spec(it).defense)]
    stacks = grouped(noisy, lambda it: with_nu(spec(it).defense, 0))
    found = []
    for stack, members in stacks.items():
        silent = {without(spec(it), "nu") for it in members if nu_of(spec(it).defense) == 0}
        found.append([it for it in items if with_nu(spec(it).defense, 0) == stack or _fills(spec(it), silent)])
    return found or [list(items)]


def _fills(spec: CellSpec, silent: Container[CellSpec]) -> bool:
    return not has_rnd(spec.defense) and without(spec, "nu") not in silent


def varies(cells: Sequence[CellSummary], axis: AxisName) -> bool:
    """Whether the cells lie at two places of an axis at least; that a model has no RND does not count as a place."""
    specs = [cell.cell.spec for cell in cells]
    places = {AXES[axis].of(spec) for spec in specs if axis != "nu" or has_rnd(spec.defense)}
    return len(places - {None}) > 1


def row_title(cell: StoredCell) -> str:
    """What the evaluation calls the defended model: the cell's title without what is said of ν and all the rest."""
    rest = cell_title(cell.spec, ROW).removeprefix(ROW)
    return cell.title.removesuffix(rest).removesuffix(f" ν={nu_of(cell.spec.defense):g}")


def defended_title(family: Sequence[CellSummary]) -> str:
    """A name for defended models that differ in ν alone: the title that they share, or the model and its stack."""
    noisy = [it for it in family if has_rnd(it.cell.spec.defense)] or family
    titles = {row_title(it.cell) for it in noisy}
    if len(titles) == 1:
        return titles.pop()
    spec = noisy[0].cell.spec
    title, own = row_title(noisy[0].cell), f", {stack_title(spec.defense)}"
    model = title.removesuffix(own) if title.endswith(own) else model_title(spec.model)
    stack = (it.title if isinstance(it, RndSpec) else stack_title((it,)) for it in spec.defense)
    return f"{model}, {' over '.join(stack) or 'none'}"
