"""What the plots need to know of each cell; its games are left behind, for there may be 100,000."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from rnd_lab.primitives.statistics import Estimate, Steps, median, share
from rnd_lab.reports.summary import CellSummary

Measure = Literal["failure", "vote", "true", "median", "accuracy"]


@dataclass(frozen=True)
class Meaning:
    """What a measure is called, what is written beside its axis, and what it means."""

    title: str
    axis: str
    help: str

    @property
    def share(self) -> bool:
        """Whether it lies between 0 and 1."""
        return "queries" not in self.axis


MEASURES: dict[Measure, Meaning] = {
    "failure": Meaning(
        "Failure rate",
        "failure rate of the attack",
        "Share of attacked images that the attack did not win by the rule that ends a game, the first noisy hit if "
        "nothing else was set.",
    ),
    "vote": Meaning(
        "Failure by vote",
        "failure rate by vote",
        "Share of attacked images whose final image does not win a vote of fresh defended answers.",
    ),
    "true": Meaning(
        "True success",
        "success without noise",
        "Share of attacked images whose final image fools the model without the defense. "
        "The rest of the successes is the luck of a noisy answer.",
    ),
    "median": Meaning(
        "Median queries",
        "median queries of won games",
        "Over the games that were won, counted as published. Where more games fail, only easy images are left: do "
        "not rank by it.",
    ),
    "accuracy": Meaning(
        "Clean accuracy", "clean accuracy", "Share of the clean images that one defended answer got right."
    ),
}


@dataclass(frozen=True)
class Figures:
    """One cell: ``cell`` says what it is and holds no games; ``won`` are the queries of the games that were won."""

    cell: CellSummary
    attacked: int
    complete: bool
    state: str
    rates: dict[Measure, Estimate]
    won: tuple[float, ...]
    steps: Steps | None

    @property
    def number(self) -> int:
        """The cell's number in its file."""
        return self.cell.cell.id

    def value(self, measure: Measure) -> float:
        """A measure without its interval; NaN where there is none."""
        if measure == "median":
            return float(np.median(self.won)) if self.won else np.nan
        return self.rates[measure].value

    def estimate(self, measure: Measure) -> Estimate:
        """A measure with its interval; that of a median takes a moment."""
        return median(self.won) if measure == "median" else self.rates[measure]


def figures(summary: CellSummary) -> Figures:
    """Work out the figures of a cell."""
    true = sum(bool(game.noise_free) for game in summary.attacked)
    return Figures(
        CellSummary(summary.cell, ()),
        len(summary.attacked),
        summary.complete,
        summary.state,
        {
            "failure": summary.failure_rate,
            "vote": summary.failure["vote"],
            "true": share(true, len(summary.attacked)),
            "accuracy": summary.accuracy,
        },
        tuple(float(game.published) for game in summary.won),
        summary.curve(),
    )
