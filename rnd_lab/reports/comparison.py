"""Comparing cells on the same images."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from rnd_lab.game.referee import Criterion
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.statistics import Paired, holm, paired
from rnd_lab.reports.axes import Aspect, families, grouped
from rnd_lab.reports.summary import CellSummary

CROWD = 8
"""Cells that are compared each with each; of a larger group each is compared with the first."""


@dataclass(frozen=True)
class Comparison:
    """Two cells on the images that were attacked in both; outcomes are failures of the attack by one criterion."""

    first: CellSummary
    second: CellSummary
    criterion: Criterion
    outcome: Paired


@dataclass(frozen=True)
class Compared:
    """A comparison among several: ``adjusted`` is its p-value after Holm's correction for all of them."""

    comparison: Comparison
    adjusted: float


def compare(first: CellSummary, second: CellSummary, criterion: Criterion | None = None) -> Comparison:
    """Compare the failure rates of two cells on the images that were attacked in both.

    Without a ``criterion`` it is the one that ended the games of ``first``. Raises LabError for cells of different
    images.
    """
    if first.cell.data_digest != second.cell.data_digest:
        raise LabError("These two cells were played on different images. Choose two of the same data set.")
    criterion = criterion or first.ends
    theirs = {game.image: getattr(game, criterion) for game in second.attacked}
    pairs = [(not getattr(game, criterion), not theirs[game.image]) for game in first.attacked if game.image in theirs]
    outcome = paired([one for one, _ in pairs], [other for _, other in pairs])
    return Comparison(first, second, criterion, outcome)


def rivals(cells: Sequence[CellSummary]) -> list[tuple[CellSummary, CellSummary]]:
    """Pairs of cells that differ in the defended model alone, or in EOT's M alone."""
    pairs: list[tuple[CellSummary, CellSummary]] = []
    aspects: tuple[Aspect, ...] = ("defended", "eot")
    for aspect in aspects:
        for family in families([cell for cell in cells if cell.fought], aspect):
            for group in grouped(family, lambda it: it.cell.data_digest).values():
                everyone = len(group) <= CROWD
                pairs += [(one, other) for one, other in combinations(group, 2) if everyone or one is group[0]]
    return pairs


def compare_rivals(cells: Sequence[CellSummary]) -> tuple[Compared, ...]:
    """All comparisons of :func:`rivals`, corrected for their number."""
    comparisons = [compare(one, other) for one, other in rivals(cells)]
    adjusted = holm([it.outcome.p_value for it in comparisons])
    return tuple(Compared(it, p) for it, p in zip(comparisons, adjusted, strict=True))
