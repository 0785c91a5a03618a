"""Only one run at a time writes to a results file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rnd_lab.primitives.lock import held
from rnd_lab.results.connection import explained


@contextmanager
def sole_writer(path: Path) -> Iterator[None]:
    """Hold the right to run evaluations into ``path``; the system takes it back whenever and however the run ends.

    Raises LabError where another run holds it.
    """
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    taken = f"Another run writes to {path}. Wait for it, stop it, or use another results file."
    with held(path.with_name(f"{path.name}.writer"), taken):
        yield
