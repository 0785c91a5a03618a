"""Settings that are declared once: validated, documented, JSON-serialisable.

The command line, the window's forms, the stored rows and the reports are all made from these fields.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

LARGEST_SEED = 2**53
"""Whole numbers are exact up to here wherever they are kept and shown: in JSON of other programs, and in the window."""


class Spec(BaseModel):
    """Immutable settings of one thing; unknown keys are refused so that a typo never runs."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def setting(
    default: Any = ...,
    *,
    help: str,
    unit: str = "",
    label: str = "",
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    multiple_of: int | None = None,
) -> Any:
    """Declare one field of a :class:`Spec`: its default, unit, range, label on screen and help.

    ``unit`` is shown beside the number ("pixel", "queries", ...); pixel units are those of images in [0, 1].
    """
    return Field(
        default,
        description=help,
        title=label or None,
        ge=ge,
        gt=gt,
        le=le,
        multiple_of=multiple_of,
        json_schema_extra={"unit": unit},
    )
