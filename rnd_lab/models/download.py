"""Fetch a file once, showing progress, and keep it only when it is whole."""

import hashlib
import re
from pathlib import Path
from urllib.parse import urlsplit

from rnd_lab.primitives.downloaded import Progress, downloaded
from rnd_lab.primitives.errors import LabError


def fetch(url: str, folder: Path, progress: Progress | None = None) -> Path:
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
    with downloaded(url, folder, target.name, progress) as part:
        if not _matches(target.name, _sha256(part)):
            raise LabError(f"{target.name} arrived damaged. Try again.")
        part.replace(target)
    return target


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _matches(name: str, digest: str) -> bool:
    published = re.search(r"-([0-9a-f]{8,})\.", name)
    return published is not None and digest.startswith(published[1])
