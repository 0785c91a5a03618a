"""Fetch a file once, showing progress, and keep it only when it is whole."""

import hashlib
import re
import tempfile
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from rnd_lab.primitives.errors import LabError

CHUNK = 1 << 16
TIMEOUT = 30.0  # seconds without a byte


def fetch(url: str, folder: Path, progress: Callable[[int, int], None] | None = None) -> Path:
    """Path in ``folder`` of the file that ``url`` names NAME-HASH.pth, downloaded where it is not there yet.

    HASH is the beginning of the file's sha256 and is checked each time. ``progress`` is told the bytes done and in
    all (0 where unknown); an exception that it raises stops the download. A part never stays behind.

    Raises LabError, saying where to put the file by hand, where it cannot be fetched or is damaged.
    """
    target = folder / Path(urlsplit(url).path).name
    if target.exists():
        with target.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if not _matches(target.name, found):
            raise LabError(f"{target} is not the file that torchvision publishes, or damaged. Delete it and try again.")
        return target
    try:
        _download(url, target, progress or (lambda done, total: None))
    except (OSError, HTTPException) as error:
        raise LabError(
            f"{target.name} could not be downloaded ({error}). Check the connection and try again, or fetch {url} on "
            f"another computer and put it in {folder}."
        ) from error
    return target


def _download(url: str, target: Path, progress: Callable[[int, int], None]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with urllib.request.urlopen(url, timeout=TIMEOUT) as response:
        total = int(response.headers.get("Content-Length") or 0)
        with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as part:
            try:
                done = 0
                while chunk := response.read(CHUNK):
                    part.write(chunk)
                    digest.update(chunk)
                    done += len(chunk)
                    progress(done, total)
                part.close()
                if not _matches(target.name, digest.hexdigest()):
                    raise LabError(f"{target.name} arrived damaged. Try again.")
                Path(part.name).replace(target)
            finally:
                part.close()
                Path(part.name).unlink(missing_ok=True)


def _matches(name: str, digest: str) -> bool:
    published = re.search(r"-([0-9a-f]{8,})\.", name)
    return published is not None and digest.startswith(published[1])
