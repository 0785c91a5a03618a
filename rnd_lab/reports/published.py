"""Published cells and ours, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from rnd_lab.data.classes import CIFAR10
from rnd_lab.evaluation.titles import model_title
from rnd_lab.game.threat import published_epsilon
from rnd_lab.reports.axes import row_title
from rnd_lab.reports.published_tables import PublishedCell, TableName, published
from rnd_lab.reports.summary import CellSummary

BUDGET = 10_000
IMAGES = {"CIFAR-10": 10_000, "ImageNet": 1_000}
KNOWN = {"CIFAR-10": "cifar10", "ImageNet": "imagenet"}
"""The lab's names of the published data sets."""


@dataclass(frozen=True)
class Beside:
    """A published cell and ours."""

    published: PublishedCell
    ours: CellSummary

    @property
    def failure_difference(self) -> float:
        """Our failure rate minus the published one; NaN where no game of ours counts."""
        return self.ours.failure_rate.value - self.published.failure

    @property
    def queries_difference(self) -> float:
        """Our mean queries over successes minus the published ones; NaN where none of ours was won."""
        return self.ours.queries["published"].mean.value - self.published.queries


def table_of(evaluation: str) -> TableName | None:
    """The published table that an evaluation of this name reproduces: "reproduce table1 …" or "reproduce table2 …"."""
    names: tuple[TableName, ...] = ("table1", "table2")
    return next((name for name in names if evaluation.startswith(f"reproduce {name}")), None)


def side_by_side(cells: Sequence[CellSummary], table: TableName) -> tuple[Beside, ...]:
    """The published cells that these cells are to reproduce, each with ours, in our order.

    A cell of table 2 is found by the title of its defended model ("None", "RND-GF", …), attack, norm and data set; one
    of table 1 by attack, M, kind of EOT budget and data set.
    """
    return tuple(Beside(theirs, ours) for ours in cells for theirs in published(table) if _match(theirs, ours))


def departures(found: Sequence[Beside]) -> tuple[str, ...]:
    """In what our cells differ from the published protocol, a sentence each."""
    said = [_models(found)]
    for it in found:
        threat, theirs = it.ours.cell.spec.threat, it.published
        epsilon = published_epsilon(KNOWN[theirs.data_set], threat.norm)
        said += [
            f"{name}: {wanted:,} in the published evaluation, {ours:,} here."
            for name, wanted, ours in (
                ("Queries an image", BUDGET, threat.budget),
                (f"Images of {theirs.data_set}", IMAGES[theirs.data_set], it.ours.planned or 0),
                (f"ε ({threat.norm})", epsilon, threat.epsilon),
            )
            if wanted != ours
        ]
        if it.ours.ends != "first_hit":
            said.append("Published games end at the first noisy hit; some here end otherwise.")
        if theirs.table == "table1":
            said.append("The published table of EOT tells neither its model nor its ν.")
    return tuple(dict.fromkeys(said))


def _models(found: Sequence[Beside]) -> str:
    theirs = sorted({it.published.model or "a model that the table does not name" for it in found})
    ours = sorted({model_title(it.ours.cell.spec.model) for it in found})
    return (
        f"The models differ. Published: {' and '.join(theirs)}; ours: {', '.join(ours)}. Other weights have another "
        "accuracy and other margins, so compare the order and rough size of effects, not digits."
    )


def _match(theirs: PublishedCell, ours: CellSummary) -> bool:
    spec = ours.cell.spec
    if spec.threat.targeted or theirs.data_set != _data_set(ours):
        return False
    if (theirs.attack, theirs.eot) != (spec.attack.name, spec.threat.eot):
        return False
    if theirs.table == "table1":
        return theirs.account == spec.threat.account
    return (theirs.row.lower(), theirs.norm) == (row_title(ours.cell).lower(), spec.threat.norm)


def _data_set(cell: CellSummary) -> str | None:
    """The published name of a cell's data set, told by its model's classes."""
    labels = cell.cell.labels
    return "CIFAR-10" if labels == CIFAR10 else "ImageNet" if len(labels) == 1000 else None
