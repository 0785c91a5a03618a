"""Paths as people write them, and files that are never half written."""

from contextlib import suppress
from pathlib import Path


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


def version(path: str) -> tuple[int, int] | None:
    """When a file was written (nanoseconds), and its size (bytes); None for what is no file."""
    try:
        about = usable_path(path).stat()
    except (OSError, ValueError):
        return None
    return about.st_mtime_ns, about.st_size


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is whole or the old one, wherever the program is ended. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
