"""Only one run at a time writes to a results file."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rnd_lab.primitives.errors import LabError
from rnd_lab.results.connection import explained


@contextmanager
def sole_writer(path: Path) -> Iterator[None]:
    """Hold the right to run evaluations into ``path``; the system takes it back whenever and however the run ends.

    Raises LabError where another run holds it.
    """
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        guard = sqlite3.connect(path.with_name(f"{path.name}.writer"), timeout=0, isolation_level=None)
    try:
        try:
            guard.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise LabError(
                f"Another run writes to {path}. Wait for it, stop it, or use another results file."
            ) from error
        yield
    finally:
        guard.close()
