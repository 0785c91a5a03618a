"""What the games of one cell say together: the numbers that tables, curves and warnings are made from."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rnd_lab.defenses.defense import detectors
from rnd_lab.game.referee import CRITERIA, Criterion
from rnd_lab.primitives.statistics import Estimate, Steps, mean, median, share, won_by
from rnd_lab.results.database import Database, StoredCell
from rnd_lab.results.record import GameRecord

Account = Literal["published", "paid", "strict"]

ACCOUNTS: dict[Account, str] = {
    "published": "as the attack's published evaluation counts",
    "paid": "charged to the budget",
    "strict": "every forward",
}
"""The ways to count the queries of a game."""


@dataclass(frozen=True)
class Queries:
    """Queries of the games that were won."""

    mean: Estimate
    median: Estimate


@dataclass(frozen=True)
class CellSummary:
    """A cell with its games so far; every figure is worked out when it is first asked for.

    Rates are shares in [0, 1] with Wilson intervals, NaN where no game counts. The published rule holds throughout:
    images that the model gets wrong at the start (the defended one, or the noise-free one where it ends the games) are
    counted apart, and leave every rate.
    """

    cell: StoredCell
    games: tuple[GameRecord, ...]

    @property
    def ends(self) -> Criterion:
        """The criterion that ended the games."""
        return self.cell.spec.referee.ends

    @property
    def planned(self) -> int | None:
        """Images of the cell; None until it was begun."""
        return self.cell.planned

    @cached_property
    def played(self) -> int:
        """Games that were played, those with a misclassified image among them; without errors."""
        return len(self.games) - self.errors

    @cached_property
    def errors(self) -> int:
        """Games that could not be played; the next run tries them again."""
        return sum(game.status == "error" for game in self.games)

    @cached_property
    def misclassified(self) -> int:
        """Images that the defended model got wrong before any attack."""
        return sum(game.status == "misclassified" for game in self.games)

    @cached_property
    def attacked(self) -> tuple[GameRecord, ...]:
        """The games that count: won or lost."""
        return tuple(game for game in self.games if game.status in ("success", "failure"))

    @cached_property
    def won(self) -> tuple[GameRecord, ...]:
        """The games that the attack won, by the criterion that ended them."""
        return tuple(game for game in self.attacked if game.status == "success")

    @property
    def fought(self) -> bool:
        """Whether there was an attack: images to attack, and more than the one query that tells clean accuracy."""
        return bool(self.attacked) and self.cell.spec.threat.budget > 1

    @property
    def complete(self) -> bool:
        """Whether all of its games were played."""
        return self.planned is not None and self.played >= self.planned

    @property
    def state(self) -> str:
        """How far the cell is, in words; "complete" at the end."""
        if self.complete:
            return "complete"
        if self.cell.message:
            return "cannot be played"
        return f"{self.played:,} of {self.planned:,} games" if self.planned is not None else "not begun"

    @cached_property
    def failure(self) -> dict[Criterion, Estimate]:
        """Failure rate of the attack by each criterion: the share of attacked images that it did not win."""
        total = len(self.attacked)
        return {name: share(sum(not getattr(game, name) for game in self.attacked), total) for name in CRITERIA}

    @property
    def failure_rate(self) -> Estimate:
        """The failure rate by the criterion that ended the games."""
        return self.failure[self.ends]

    @cached_property
    def control(self) -> Estimate:
        """The null control: of the attacked images, the share whose clean image was taken for a success too.

        The clean image was judged as often as the game. NaN where no control was played.
        """
        controlled = [game.control_hit for game in self.attacked if game.control_hit is not None]
        return share(sum(controlled), len(controlled))

    @cached_property
    def accuracy(self) -> Estimate:
        """Clean accuracy under the defense: one answer to each image before the attack."""
        return share(len(self.attacked), self.played)

    @cached_property
    def queries(self) -> dict[Account, Queries]:
        """Mean and median queries over the games that were won, with bootstrap intervals, by each account."""
        known: dict[tuple[float, ...], Queries] = {}
        found: dict[Account, Queries] = {}
        for account in ACCOUNTS:
            counts = tuple(float(getattr(game, account)) for game in self.won)
            if counts not in known:
                known[counts] = Queries(mean(counts), median(counts))
            found[account] = known[counts]
        return found

    @cached_property
    def flips(self) -> float | None:
        """Share of the attack's decisions that the noise turned; None where the lab did not look on."""
        decisions = sum(game.decisions for game in self.attacked)
        return sum(game.flips for game in self.attacked) / decisions if decisions else None

    @cached_property
    def flagged(self) -> float | None:
        """Share of the attacker's queries that a stateful defense flagged; None where none watched."""
        if not detectors(self.cell.spec.defense, 0):
            return None
        counted = [game for game in self.attacked if game.flagged is not None]
        paid = sum(game.paid for game in counted)
        return sum(game.flagged or 0 for game in counted) / paid if paid else None

    @cached_property
    def seconds(self) -> float | None:
        """Mean seconds from the start of a game to its end, over the attacked images; many are played at once."""
        return sum(game.seconds for game in self.attacked) / len(self.attacked) if self.attacked else None

    def curve(self, account: Account = "published") -> Steps | None:
        """Share of the attacked images that were won by so many queries; None where no game counts."""
        if not self.attacked:
            return None
        return won_by([getattr(game, account) for game in self.won], len(self.attacked))


def summarize(database: Database, evaluation: int) -> tuple[CellSummary, ...]:
    """The cells of an evaluation with their games so far, in its order."""
    return tuple(CellSummary(cell, database.games(cell.id)) for cell in database.cells(evaluation))
