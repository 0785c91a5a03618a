"""Paths as people write them, and files that are never half written."""

import os
from contextlib import suppress
from pathlib import Path

from rnd_lab.primitives.errors import LabError


def usable_path(text: str) -> Path:
    """The path that is meant, a ~ replaced; nothing has to be there.

    Raises ValueError, saying why, where the system takes no such path, as one that is too long.
    """
    try:
        path = Path(text).expanduser()
        with suppress(FileNotFoundError, NotADirectoryError):
            path.stat()
    except (RuntimeError, OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ValueError(f"cannot be used ({reason})") from error
    return path


def path_of(text: str) -> Path:
    """The same for who asks to open it. Raises LabError."""
    try:
        return usable_path(text)
    except ValueError as error:
        raise LabError(f"{text} {error}. Choose another path.") from error


def version(path: str) -> tuple[int, int] | None:
    """When a file was written (nanoseconds), and its size (bytes); None for what is no file."""
    try:
        about = usable_path(path).stat()
    except (OSError, ValueError):
        return None
    return about.st_mtime_ns, about.st_size


def make_folder(folder: Path) -> None:
    """Make a folder where there is none. Raises LabError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LabError(f"There can be no folder {folder}: {error.strerror}. Choose another one.") from error


def require_room_for(path: Path) -> None:
    """Raise LabError where a file cannot be written, before the work that it is to hold."""
    if path.is_dir() or not os.access(path.parent, os.W_OK):
        what = "is a folder" if path.is_dir() else "cannot be written"
        raise LabError(f"{path} {what}. Choose another place.")


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is whole or the old one, wherever the program is ended. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
