"""Something that only one at a time may hold."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rnd_lab.primitives.errors import LabError


@contextmanager
def held(path: Path, taken: str) -> Iterator[None]:
    """Hold a file in a folder that is there; the system takes it back whenever and however the process ends.

    Raises LabError where it cannot be made, and, with the message ``taken``, where somebody else holds it.
    """
    try:
        guard = sqlite3.connect(path, timeout=0, isolation_level=None)
    except sqlite3.Error as error:
        raise LabError(f"{path} cannot be written ({error}). Choose another folder.") from error
    try:
        try:
            guard.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise LabError(taken) from error
        except sqlite3.DatabaseError as error:
            raise LabError(f"{path} is damaged ({error}). It holds nothing: delete it.") from error
        yield
    finally:
        guard.close()
