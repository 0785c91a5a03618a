"""What was found of each model, as a table, and what a reader of it must know; knows no Qt."""

from collections.abc import Sequence
from dataclasses import dataclass

from rnd_lab.game.calibrate import Bearing, bearing
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.amounts import counted
from rnd_lab.reports.calibration import Calibrated
from rnd_lab.reports.table import MISSING, Entry, Heading, Table, percent, plain


@dataclass(frozen=True)
class ModelRow:
    """A model, what it is called, what is being done with it, what is known of it, and why it cannot be measured."""

    model: ModelSpec
    title: str
    state: str = "waiting"
    found: Calibrated | None = None
    problem: str = ""

    def answer(self, max_loss: float) -> Bearing | None:
        """How much noise it bears; None before two ν were measured."""
        return bearing(self.found.curve, max_loss) if self.found and len(self.found.curve.nus) > 1 else None


def points(max_loss: float) -> str:
    """A loss of accuracy, a share, in percentage points."""
    return f"{100 * max_loss:g} {counted('points', 100 * max_loss)}"


def answers_table(rows: Sequence[ModelRow], max_loss: float) -> Table:
    """A row for each model; ``max_loss`` is a share."""
    headings = (
        Heading("Model", numeric=False),
        Heading("Clean", "Accuracy without noise, with its 95 % Wilson interval."),
        Heading(
            "Largest ν",
            f"The largest ν up to which every ν that was tried costs at most {points(max_loss)} of clean accuracy, "
            "with its 95 % bootstrap interval. ≥: no larger one was tried.",
        ),
        Heading("Under it", "Accuracy under that ν, each image asked once, with its 95 % Wilson interval."),
        Heading("State", numeric=False),
    )
    return Table(headings, tuple(_row(row, max_loss) for row in rows), 1)


def caution(rows: Sequence[ModelRow], max_loss: float) -> str:
    """What a reader of the answers must know; empty where nothing speaks against them."""
    problems = [f"{row.title}: {row.problem}" for row in rows if row.problem]
    return "\n".join(filter(None, (*problems, _weakness(rows, max_loss))))


def _weakness(rows: Sequence[ModelRow], max_loss: float) -> str:
    known = [(row, row.found.curve, answer) for row in rows if row.found and (answer := row.answer(max_loss))]
    for _, curve, _ in known:
        if 0 < max_loss < 1 / curve.images:
            return (
                f"Of {curve.images:,} images a single one is {100 / curve.images:.2g} points: so few cannot tell a "
                f"loss of {points(max_loss)}. Measure on more images."
            )
    for row, curve, answer in known:
        if answer.open_interval and row.state == "done":
            return f"{curve.nus[-1]:g} is the largest ν that was tried, and larger ones may do. Widen the range of ν."
    return ""


def _row(row: ModelRow, max_loss: float) -> tuple[Entry, ...]:
    answer = row.answer(max_loss)
    clean = percent(row.found.curve.accuracies[0]) if row.found else MISSING
    largest, there = (_largest(answer), percent(answer.there)) if answer else (MISSING, MISSING)
    return plain(row.title), clean, largest, there, plain(row.state)


def _largest(answer: Bearing) -> Entry:
    it = answer.largest
    high = f"{'≥ ' * answer.open_interval}{it.high:g}"
    return Entry(f"{'≥ ' * answer.open}{it.value:g}", f"{it.low:g} – {high}", it.value)
