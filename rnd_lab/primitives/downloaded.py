"""Get a file over the network, showing progress."""

import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

from rnd_lab.primitives.errors import LabError

CHUNK = 1 << 16
TIMEOUT = 30.0  # seconds without a byte
MEGABYTE = 1e6


Progress = Callable[[int, int], None]


def megabytes(done: int, total: int) -> str:
    """How far a download is; ``total`` is 0 where it is not known."""
    whole = f" of {total / MEGABYTE:,.0f}" if total else ""
    return f"{done / MEGABYTE:,.0f}{whole} MB"


@contextmanager
def downloaded(url: str, folder: Path, name: str, progress: Progress | None, by_hand: str = "put it") -> Iterator[Path]:
    """Copy what ``url`` names to a passing file in ``folder``, which is made; move it away to keep it.

    ``progress`` is told the bytes done and in all (0 where unknown); an exception that it raises stops the download.
    Whatever happens, the passing file is gone afterwards.

    Raises LabError, saying what to do ``by_hand``, where ``name`` cannot be fetched or written, or used in the block.
    """
    try:
        with _copied(url, folder, progress or (lambda done, total: None)) as part:
            yield part
    except (OSError, HTTPException) as error:
        raise LabError(
            f"{name} could not be downloaded ({error}). Check the connection and try again, or fetch {url} on another "
            f"computer and {by_hand} in {folder}."
        ) from error


@contextmanager
def _copied(url: str, folder: Path, progress: Progress) -> Iterator[Path]:
    progress(0, 0)  # whoever wants no download ends it before the network is asked
    folder.mkdir(parents=True, exist_ok=True)
    with urllib.request.urlopen(url, timeout=TIMEOUT) as response:
        total = int(response.headers.get("Content-Length") or 0)
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part:
            path = Path(part.name)
            try:
                done = 0
                while chunk := response.read(CHUNK):
                    part.write(chunk)
                    done += len(chunk)
                    progress(done, total)
                part.close()
                yield path
            finally:
                part.close()
                path.unlink(missing_ok=True)
