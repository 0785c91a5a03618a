"""What a reader must know before believing a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from rnd_lab.primitives.amounts import amount
from rnd_lab.primitives.statistics import paired
from rnd_lab.reports.axes import families
from rnd_lab.reports.identity import criterion_title, labels, names, told_apart
from rnd_lab.reports.summary import CellSummary

ALARM = 0.05
"""p-value of the paired test below which successes count as more than the control's."""


Told = tuple[str, CellSummary]
"""A cell, and how a line about it begins."""


@dataclass(frozen=True)
class Caution:
    """One warning: what is wrong, and where, a line for each place."""

    text: str
    places: tuple[str, ...]

    def lines(self, most: int) -> tuple[str, ...]:
        """The text and, indented below it, the first ``most`` places and how many more there are."""
        more = len(self.places) - most
        shown = (*self.places[:most], *([f"and {more:,} more"] if more > 0 else []))
        return (self.text, *(f"    {place}" for place in shown))


def cautions(cells: Sequence[CellSummary]) -> tuple[Caution, ...]:
    """All warnings about these cells, the gravest first; those that concern none are left out."""
    told = list(zip(told_apart(cells), cells, strict=True))
    found = (
        Caution("These cells cannot be played.", _unplayable(told)),
        Caution("Games that ended with an error are in no figure; the same run tries them again.", _errors(told)),
        Caution(
            "These cells are incomplete, and their figures will change: the games that end first are the easy ones.",
            tuple(f"{title}: {it.state}" for title, it in told if not it.complete and not it.cell.message),
        ),
        Caution(
            "Noise alone may explain these successes: when the unchanged images were judged as often as the games, "
            "about as many were taken for a success.",
            tuple(f"{title}: {found}" for title, it in told if it.fought and (found := _noise_alone(it))),
        ),
        Caution(
            "The attack did not move: in every game that it lost it handed in the clean image. Probes that 8 bits "
            "round away do that, rounded answers, and budgets of a few probes; with others it may win.",
            tuple(f"{title}: {found}" for title, it in told if it.fought and (found := _unmoved(it))),
        ),
        Caution(
            "Do not rank by mean or median queries. They are over successes only, and where more images fail, only "
            "the easy ones are left. Here failure rates have intervals that lie apart.",
            _survivors(cells),
        ),
    )
    return tuple(it for it in found if it.places)


def _unplayable(told: Sequence[Told]) -> tuple[str, ...]:
    return tuple(f"{title}: {it.cell.message}" for title, it in told if it.cell.message)


def _errors(told: Sequence[Told]) -> tuple[str, ...]:
    firsts = (next((game.message for game in it.games if game.status == "error"), None) for _, it in told)
    return tuple(
        f"{title}: {it.errors}, the first because: {first}"
        for (title, it), first in zip(told, firsts, strict=True)
        if first is not None
    )


def _noise_alone(it: CellSummary) -> str | None:
    """What speaks for it that a cell's successes are no more than its control's."""
    controlled = [game for game in it.attacked if game.control_hit is not None]
    test = paired([game.status == "success" for game in controlled], [bool(game.control_hit) for game in controlled])
    wins, hits = test.both + test.first_only, test.both + test.second_only
    if not wins or not hits or (wins > hits and test.p_value < ALARM):
        return None
    rule = criterion_title(it.ends, [it])
    return f"{wins} of {test.pairs} won ({rule}), {hits} by the control; p = {test.p_value:.2g}"


def _unmoved(it: CellSummary) -> str | None:
    """How many games were lost, where none of them ended with another image than it began with."""
    lost = [game for game in it.attacked if game.status == "failure"]
    if not lost or any(game.linf != 0 for game in lost):
        return None
    return f"{len(lost)} of {amount(len(it.attacked), 'games')}"


def _survivors(cells: Sequence[CellSummary]) -> tuple[str, ...]:
    """The lowest and the highest failure rate of each attack, where queries compare different kinds of images."""
    found = []
    for family in families([it for it in cells if it.fought and it.won], "defended", "eot"):
        ends = min(family, key=lambda it: it.failure_rate.value), max(family, key=lambda it: it.failure_rate.value)
        if not ends[0].failure_rate.overlaps(ends[1].failure_rate):
            told = zip(labels(names(ends)), ends, strict=True)
            rates = " against ".join(f"{100 * it.failure_rate.value:.0f} % ({label})" for label, it in told)
            found.append(f"{ends[0].cell.spec.attack.title}: {rates}")
    return tuple(found)
