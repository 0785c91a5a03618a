"""The state of all cells of an evaluation while it is played; knows no Qt."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from rnd_lab.evaluation.run import Progress
from rnd_lab.primitives.statistics import Estimate
from rnd_lab.reports.cautions import Caution, cautions
from rnd_lab.reports.summary import CellSummary
from rnd_lab.results.database import Database, StoredCell
from rnd_lab.results.record import GameRecord


@dataclass(frozen=True)
class CellRow:
    """One line of the table; numbers are NaN where there is nothing to tell yet.

    ``planned`` is None until the cell was begun; ``message`` says why it cannot be played. ``speed`` (queries a second
    of the games that ended) and ``left`` (seconds) are those of this run.
    """

    number: int
    title: str
    done: int
    planned: int | None
    errors: int
    message: str
    failure: Estimate
    vote: Estimate
    mean: float
    median: float
    accuracy: Estimate
    control: Estimate
    speed: float
    left: float

    @property
    def complete(self) -> bool:
        """Whether all games were played."""
        return self.planned is not None and self.done + self.errors >= self.planned

    @property
    def share(self) -> float:
        """How much of it is played."""
        return self.done / self.planned if self.planned else 0.0


@dataclass
class _Pace:
    """When the first game of a cell ended in this run, and what has been played of it since."""

    begun: float
    games: int = 0
    queries: int = 0


class Board:
    """The cells of evaluation ``number`` with their games, kept up with what is told of a run."""

    def __init__(self, path: Path, number: int) -> None:
        """Read what is there; raises LabError where it cannot be read."""
        self.path, self.number = path, number
        with Database(path, create=False) as database:
            self._cells = {cell.id: cell for cell in database.cells(number)}
            self._games = {key: {game.image: game for game in database.games(key)} for key in self._cells}
        self._paces: dict[int, _Pace] = {}
        self._now = 0.0
        self._touched = dict.fromkeys(self._cells)

    def take(self, progress: Progress) -> None:
        """Take over the games that ended, and the cells that failed; what is known already changes nothing."""
        self._now = progress.seconds
        for key, game in progress.finished:
            self._add(key, game)
        for key, message in progress.failed:
            self._cells[key] = replace(self._cells[key], message=message)
            self._touched[key] = None
        if any(self._cells[key].planned is None or self._cells[key].message for key, _ in progress.finished):
            self.read_cells()

    def rows(self) -> list[CellRow]:
        """The cells that changed since the last time."""
        touched, self._touched = self._touched, {}
        return [self._row(key) for key in touched]

    def cautions(self) -> tuple[Caution, ...]:
        """What a reader must know before believing the table."""
        return cautions([self._summary(key) for key in self._cells])

    def _add(self, key: int, game: GameRecord) -> None:
        self._games[key][game.image] = game
        pace = self._paces.setdefault(key, _Pace(max(self._now - game.seconds, 0.0)))
        pace.games += 1
        pace.queries += game.strict
        self._touched[key] = None

    def read_cells(self) -> None:
        """How many images a cell has, and that it can be played now, is written when it is begun."""
        before = self._cells
        with Database(self.path, create=False) as database:
            self._cells = {cell.id: cell for cell in database.cells(self.number)}
        self._touched |= dict.fromkeys(key for key, cell in self._cells.items() if cell != before[key])

    def _summary(self, key: int) -> CellSummary:
        return CellSummary(self._cells[key], tuple(self._games[key].values()))

    def _row(self, key: int) -> CellRow:
        summary, cell = self._summary(key), self._cells[key]
        mean, median = _middle(summary.won)
        speed, left = self._pace(key, cell, summary)
        return CellRow(
            number=key,
            title=cell.title,
            done=summary.played,
            planned=cell.planned,
            errors=summary.errors,
            message=cell.message,
            failure=summary.failure["first_hit"],
            vote=summary.failure["vote"],
            mean=mean,
            median=median,
            accuracy=summary.accuracy,
            control=summary.control,
            speed=speed,
            left=left,
        )

    def _pace(self, key: int, cell: StoredCell, summary: CellSummary) -> tuple[float, float]:
        """Queries a second, and seconds until the cell is complete."""
        pace = self._paces.get(key)
        if pace is None or self._now <= pace.begun:
            return np.nan, np.nan
        seconds = self._now - pace.begun
        games = (cell.planned or 0) - summary.played
        return pace.queries / seconds, max(games, 0) * seconds / pace.games


def _middle(won: Sequence[GameRecord]) -> tuple[float, float]:
    """Mean and median of the queries of the games that were won, as the attack's published evaluation counts."""
    counts = [game.published for game in won]
    return (float(np.mean(counts)), float(np.median(counts))) if counts else (np.nan, np.nan)
