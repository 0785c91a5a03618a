"""Times as people say them."""

from datetime import datetime


def begun(created: str) -> str:
    """A moment of a results file (ISO 8601) by the clock on the wall."""
    return datetime.fromisoformat(created).astimezone().strftime("%Y-%m-%d %H:%M")


def duration(seconds: float) -> str:
    """A length of time, in the unit that one would say it in."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
