"""Cells with what their games say, read again only where games were added."""

from collections.abc import Callable
from typing import Generic, TypeVar

from rnd_lab.gui.results.reader import Turn
from rnd_lab.reports.summary import CellSummary
from rnd_lab.results.browsing import Tally
from rnd_lab.results.database import Database, StoredCell

Made = TypeVar("Made")


class CellCache(Generic[Made]):
    """What ``make`` made of the cells of the evaluation that was read last; belongs to the thread of one reader."""

    def __init__(self, make: Callable[[CellSummary], Made]) -> None:
        self._make = make
        self._known: dict[int, tuple[StoredCell, Tally, Made]] = {}

    def read(self, database: Database, evaluation: int, turn: Turn) -> tuple[Made, ...]:
        """What there is of all cells of an evaluation, in its order."""
        tallies, cells = database.tallies(evaluation), database.cells(evaluation)
        self._known = {cell.id: self._known[cell.id] for cell in cells if cell.id in self._known}
        for number, cell in enumerate(cells):
            turn.tell(number, len(cells))
            tally = tallies[cell.id]
            if self._known.get(cell.id, ())[:2] != (cell, tally):
                self._known[cell.id] = cell, tally, self._make(CellSummary(cell, database.games(cell.id)))
        return tuple(self._known[cell.id][2] for cell in cells)
