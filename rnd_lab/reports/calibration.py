"""Accuracy over ν as CSV, for other programs: whole curves, or the largest ν that models bear."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO

from rnd_lab.defenses.defense import DefenseSpec
from rnd_lab.game.calibrate import AccuracyCurve, bearing
from rnd_lab.primitives.statistics import Estimate


@dataclass(frozen=True)
class Calibrated:
    """A model's name, the digest of its weights, its curve, and the defense inside it that was on."""

    name: str
    digest: str
    curve: AccuracyCurve
    inside: tuple[DefenseSpec, ...] = ()


def curves_csv(found: Sequence[Calibrated]) -> str:
    """One row for each model and ν: its accuracy, a share, with the bounds of its 95 % interval."""
    return _csv(
        ("model", "nu", "images", "correct", "accuracy", "low", "high"),
        (
            (it.name, nu, len(row), int(row.sum()), *_bounds(accuracy))
            for it in found
            for nu, row, accuracy in zip(it.curve.nus, it.curve.correct, it.curve.accuracies, strict=True)
        ),
    )


def answers_csv(found: Sequence[Calibrated], max_loss: float) -> str:
    """One row for each model: the largest ν that costs at most ``max_loss``, and accuracies, all with 95 % intervals.

    ``largest_tried`` is the last ν of the curve: an answer that is as large may be larger.
    """
    names = ("clean_accuracy", "largest_nu", "accuracy_there")
    columns = (column for name in names for column in (name, f"{name}_low", f"{name}_high"))
    rows = []
    for it in found:
        answer = bearing(it.curve, max_loss)
        figures = (*_bounds(answer.clean), *_bounds(answer.largest), *_bounds(answer.there))
        rows.append((it.name, it.digest, it.curve.images, max_loss, *figures, it.curve.nus[-1]))
    return _csv(("model", "digest", "images", "max_loss", *columns, "largest_tried"), rows)


def _bounds(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.value, estimate.low, estimate.high


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    file = StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return file.getvalue()
