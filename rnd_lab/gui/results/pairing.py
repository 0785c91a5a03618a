"""Which cells of two evaluations are compared with each other."""

from collections.abc import Sequence
from itertools import combinations

from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.statistics import holm
from rnd_lab.reports.axes import grouped, without
from rnd_lab.reports.comparison import Compared, compare
from rnd_lab.reports.summary import CellSummary

Pair = tuple[CellSummary, CellSummary]


def across(first: Sequence[CellSummary], second: Sequence[CellSummary]) -> list[Pair]:
    """Pairs of a cell of each evaluation that differ in the defended model alone; those of the same name, if any.

    Cells that the evaluations share are left out. Raises LabError where there is no pair.
    """
    theirs = grouped(second, _key)
    pairs = [(one, other) for one in first for other in theirs.get(_key(one), ()) if one.cell.id != other.cell.id]
    namesakes = [(one, other) for one, other in pairs if one.cell.title == other.cell.title]
    if not pairs:
        raise LabError(
            "These evaluations have no cells to compare: the same attack and rules on the same images, against "
            "different models or defenses."
        )
    return namesakes or pairs


def among(cells: Sequence[CellSummary]) -> list[Pair]:
    """Each cell with each."""
    return list(combinations(cells, 2))


def compare_pairs(pairs: Sequence[Pair]) -> tuple[Compared, ...]:
    """Paired comparisons of all, corrected for their number. Raises LabError for cells of different images."""
    comparisons = [compare(one, other) for one, other in pairs]
    adjusted = holm([it.outcome.p_value for it in comparisons])
    return tuple(Compared(it, p) for it, p in zip(comparisons, adjusted, strict=True))


def _key(it: CellSummary) -> object:
    return without(it.cell.spec, "defended"), it.cell.data_digest
