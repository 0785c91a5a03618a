"""Everything that a report says, read from the results file once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import Any

from rnd_lab.reports.axes import AXES
from rnd_lab.reports.cautions import Caution, cautions
from rnd_lab.reports.comparison import Compared, compare_rivals
from rnd_lab.reports.drawing import Plate
from rnd_lab.reports.heat_maps import attack_maps, mu_nu_maps
from rnd_lab.reports.published import Beside, side_by_side, table_of
from rnd_lab.reports.query_curves import query_curves
from rnd_lab.reports.summary import CellSummary, summarize
from rnd_lab.reports.sweeps import sweep
from rnd_lab.results.database import Database, StoredEvaluation


@dataclass(frozen=True)
class Report:
    """One or several evaluations with all their games so far.

    Cells that they share are there once, called as the first calls them. ``beside`` are the published figures that the
    evaluations reproduce, by their names, each with ours.
    """

    evaluations: tuple[StoredEvaluation, ...]
    cells: tuple[CellSummary, ...]
    beside: tuple[Beside, ...]
    versions: tuple[dict[str, str], ...]

    @property
    def title(self) -> str:
        """The name of the evaluation, or what the names of several have in common up to a comma, or all of them."""
        names = list(dict.fromkeys(it.name for it in self.evaluations))
        parts = takewhile(lambda it: len(set(it)) == 1, zip(*(name.split(", ") for name in names), strict=False))
        return ", ".join(it[0] for it in parts) or " and ".join(names)

    @property
    def complete(self) -> bool:
        """Whether all cells are."""
        return all(it.complete for it in self.cells)

    @cached_property
    def specs(self) -> tuple[dict[str, Any], ...]:
        """What was asked for."""
        return tuple(json.loads(it.spec) for it in self.evaluations)

    @cached_property
    def cautions(self) -> tuple[Caution, ...]:
        """What a reader must know before believing the tables."""
        return cautions(self.cells)

    @cached_property
    def comparisons(self) -> tuple[Compared, ...]:
        """Cells of different defended models, or of different M, on the same images."""
        return compare_rivals(self.cells)

    @cached_property
    def plates(self) -> tuple[Plate, ...]:
        """All figures that the cells allow."""
        cells = self.cells
        plates = (attack_maps(cells), query_curves(cells), mu_nu_maps(cells), *(sweep(cells, axis) for axis in AXES))
        return tuple(plate for plate in plates if plate)


def read_report(database: Database, numbers: Sequence[int]) -> Report:
    """Read the evaluations of these numbers. Raises LabError where there is none of a number."""
    evaluations = tuple(database.evaluation(number) for number in numbers)
    cells: dict[int, CellSummary] = {}
    beside: dict[object, Beside] = {}
    for evaluation in evaluations:
        own = summarize(database, evaluation.id)
        for it in own:
            cells.setdefault(it.cell.id, it)
        if table := table_of(evaluation.name):
            beside |= {(it.published, it.ours.cell.id): it for it in side_by_side(own, table)}
    versions = {json.dumps(found): found for number in numbers for found in database.versions(number)}
    return Report(evaluations, tuple(cells.values()), tuple(beside.values()), tuple(versions.values()))
