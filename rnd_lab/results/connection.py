"""Opening a results file: one SQLite file that many may read while one writes."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rnd_lab.primitives.errors import LabError
from rnd_lab.results.schema import MIGRATIONS, VERSION

PATIENCE = 20.0
"""Seconds to wait for another process that is writing."""


def connect(path: Path, *, create: bool = True) -> sqlite3.Connection:
    """Open a results file, bring it to this version's tables, and return the connection.

    Every commit is on the disk when it returns (WAL, synchronous). An older file is copied to NAME.vN.bak before it is
    changed. Where nothing can be written, a file that was closed is read as it is. The connection may be used by any
    one thread at a time.

    Raises LabError, saying what to do, where the file is missing (unless ``create``), is no results file, is newer
    than this program, is locked, or the disk is full.
    """
    if not create and not path.is_file():
        raise LabError(f"There is no results file {path}. Run an evaluation first, or choose another file.")
    with explained(path):
        if not create and not path.stat().st_size:
            raise LabError(f"{path} is empty, and no results file. Choose another one.")
        path.parent.mkdir(parents=True, exist_ok=True)
        writable = create or _is_writable(path)
        if not writable and (log := path.with_name(f"{path.name}-wal")).exists() and log.stat().st_size:
            raise LabError(_unwritten(path, f"was not closed ({log.name} has a part of it, to be copied too)"))
        name = path.absolute().as_uri() + ("" if writable else "?mode=ro&immutable=1")
        connection = sqlite3.connect(name, timeout=PATIENCE, isolation_level=None, check_same_thread=False, uri=True)
    try:
        with explained(path):
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            version = int(connection.execute("PRAGMA user_version").fetchone()[0])
            if version > VERSION:
                raise LabError(
                    f"{path} was written by a newer RND Lab (its tables have version {version}, this one knows "
                    f"{VERSION}). Update RND Lab, or choose another file; this one is unchanged."
                )
            if version < VERSION and not writable:
                raise LabError(_unwritten(path, "is of an older RND Lab"))
            if version < VERSION:
                _migrate(connection, path, version)
            if writable:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection


def _unwritten(path: Path, why: str) -> str:
    return f"{path} {why}: it would have to be changed, but nothing can be written there. Copy it to another folder."


def _is_writable(path: Path) -> bool:
    """Whether a file and what SQLite keeps beside it can be written."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _migrate(connection: sqlite3.Connection, path: Path, version: int) -> None:
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if version == 0 and tables:
        raise LabError(f"{path} is a database of another program. Choose another file; this one is unchanged.")
    if version:
        with sqlite3.connect(path.with_name(f"{path.name}.v{version}.bak")) as copy:
            connection.backup(copy)
        copy.close()
    for number in range(version, VERSION):
        script = f"BEGIN IMMEDIATE; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;"
        try:
            connection.executescript(script)
        except sqlite3.Error:
            if connection.in_transaction:
                connection.rollback()
            if int(connection.execute("PRAGMA user_version").fetchone()[0]) <= number:  # else another process did it
                raise


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's and the system's errors into messages that say what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise LabError(_explain(path, str(error))) from error
    except OSError as error:
        raise LabError(f"{path} cannot be opened: {error}. Choose another folder.") from error


def _explain(path: Path, text: str) -> str:
    if "full" in text:
        return f"The disk of {path} is full. What is saved stays; free some space and run the same command again."
    if "locked" in text or "busy" in text:
        return f"{path} is locked by another program. Close it and run the same command again; nothing is lost."
    if "not a database" in text or "malformed" in text or "corrupt" in text:
        return f"{path} is damaged or no results file ({text}). Choose another file; this one is left as it is."
    if "readonly" in text or "unable to open" in text:
        return f"{path} cannot be written ({text}). Choose another file or folder."
    return f"{path} cannot be used: {text}."
