"""More cells around a point: values halfway to its neighbours on the axes that a plot shows."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from pydantic import ValidationError

from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.primitives.errors import LabError
from rnd_lab.reports.axes import AXES, AxisName
from rnd_lab.reports.summary import CellSummary

MARK = " (refined)"


def refined(spec: EvaluationSpec, around: CellSummary, axes: Sequence[AxisName]) -> EvaluationSpec:
    """The evaluation with more values on the axes; finished games are shared with the one before.

    Raises LabError where no axis of the evaluation can be refined there.
    """
    changes: dict[str, object] = {}
    for axis in axes:
        values = getattr(spec, axis)
        added = _halfway(values, AXES[axis].of(around.cell.spec))
        if axis == "eot":
            added = [int(value) for value in added if value.is_integer()]
        if new := [value for value in added if value not in values]:
            changes[axis] = tuple(sorted({*values, *new}))
    if not changes:
        raise LabError(
            "There is nothing to add here: the evaluation lists no two neighbouring values on the axes of this plot."
        )
    changes["name"] = spec.name.removesuffix(MARK) + MARK
    try:
        return EvaluationSpec.model_validate(spec.model_dump() | changes)
    except ValidationError as error:
        raise LabError(f"This evaluation cannot be refined here: {error.errors()[0]['msg']}.") from error


def _halfway(values: Sequence[float], at: float | None) -> list[float]:
    """The middles between a value and its neighbours in a list."""
    ordered = sorted(set(values))
    if at is None or len(ordered) < 2:
        return []
    below, above = ordered[: bisect_left(ordered, at)][-1:], ordered[bisect_right(ordered, at) :][:1]
    return [float(f"{(at + other) / 2:.6g}") for other in (*below, *above)]
