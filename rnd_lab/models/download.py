"""Fetch a file once, showing progress, and keep it only when it is whole."""

import hashlib
import re
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from rnd_lab.primitives.downloaded import downloaded
from rnd_lab.primitives.errors import LabError


def fetch(url: str, folder: Path, progress: Callable[[int, int], None] | None = None) -> Path:
    """Path in ``folder`` of the file that ``url`` names NAME-HASH.pth, downloaded where it is not there yet.

    HASH is the beginning of the file's sha256 and is checked each time. ``progress`` is told the bytes done and in
    all (0 where unknown); an exception that it raises stops the download. A part never stays behind.

    Raises LabError, saying where to put the file by hand, where it cannot be fetched or is damaged.
    """
    target = folder / Path(urlsplit(url).path).name
    if target.exists():
        if not _matches(target.name, _sha256(target)):
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
    with downloaded(url, target.parent, progress) as part:
        if not _matches(target.name, _sha256(part)):
            raise LabError(f"{target.name} arrived damaged. Try again.")
        part.replace(target)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _matches(name: str, digest: str) -> bool:
    published = re.search(r"-([0-9a-f]{8,})\.", name)
    return published is not None and digest.startswith(published[1])
