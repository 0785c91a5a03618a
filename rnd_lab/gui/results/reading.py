"""What the Results tab asks a results file; all of it runs on a reader's thread."""

from collections.abc import Sequence
from pathlib import Path

from rnd_lab.gui.results.cell_cache import CellCache
from rnd_lab.gui.results.pairing import across, among, compare_pairs
from rnd_lab.gui.results.reader import Job, Turn
from rnd_lab.reports.cautions import Caution, cautions
from rnd_lab.reports.report import Format, write_report
from rnd_lab.reports.summary import CellSummary, summarize
from rnd_lab.reports.table import Table
from rnd_lab.reports.tables import comparisons, costs, robustness
from rnd_lab.results.database import Database


def _itself(cell: CellSummary) -> CellSummary:
    return cell


class Inquiries:
    """Makes jobs; cells that were read are remembered until those of another evaluation are."""

    def __init__(self) -> None:
        self._cache = CellCache(_itself)

    def cells(self, evaluation: int) -> Job[tuple[Table, tuple[Caution, ...]]]:
        """The failure rates of an evaluation, and its warnings."""

        def job(database: Database, turn: Turn) -> tuple[Table, tuple[Caution, ...]]:
            found = self._cache.read(database, evaluation, turn)
            return robustness(found), cautions(found)

        return job

    def costs(self, evaluation: int) -> Job[Table]:
        """The queries of an evaluation; their bootstrap intervals take a moment for each cell."""

        def job(database: Database, turn: Turn) -> Table:
            found = self._cache.read(database, evaluation, turn)
            for number, cell in enumerate(found):
                turn.tell(number, len(found))
                _ = cell.queries
            return costs(found)

        return job

    def compare(self, evaluations: Sequence[int], rows: Sequence[int]) -> Job[Table]:
        """Two evaluations, or some rows of one, on the same images."""

        def job(database: Database, turn: Turn) -> Table:
            if len(evaluations) == 2:
                pairs = across(*(summarize(database, number) for number in evaluations))
            else:
                found = self._cache.read(database, evaluations[0], turn)
                pairs = among([found[row] for row in rows])
            return comparisons(compare_pairs(pairs))

        return job

    def export(self, evaluations: Sequence[int], folder: Path, formats: Sequence[Format]) -> Job[str]:
        """A report in a folder; answers with a sentence about it."""

        def job(database: Database, turn: Turn) -> str:
            files = write_report(database, evaluations, folder, formats, turn.check)
            more = {1: " is", 2: f" and {files[-1].name} are"}.get(len(files), f" and {len(files) - 1} more files are")
            return f"{files[0].name}{more} in {folder}."

        return job
