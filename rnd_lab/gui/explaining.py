"""What went wrong on a thread of its own, for people."""

import traceback

from rnd_lab.primitives.errors import LabError

SCARCE = "There is not enough memory for this run. Choose a smaller model, fewer repeats, or another device."


def explain(error: Exception) -> tuple[str, str]:
    """A line that the user can act on, and the details to copy (none where the line says all)."""
    details = "".join(traceback.format_exception(error))
    if isinstance(error, LabError):
        return str(error), details if error.__cause__ else ""
    if isinstance(error, MemoryError) or "out of memory" in str(error).lower() or "allocate memory" in str(error):
        return SCARCE, details
    first = (str(error).splitlines() or [""])[0]
    return f"Something went wrong: {type(error).__name__}: {first}".rstrip(": "), details
