"""CIFAR-10 fetched once from where torchvision gets it."""

import hashlib
import tarfile
import tempfile
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import Any

import platformdirs

from rnd_lab.primitives.downloaded import downloaded
from rnd_lab.primitives.errors import LabError


def fetch_cifar10(progress: Callable[[int, int], None] | None = None) -> Path:
    """The folder, in the user's cache, that holds CIFAR-10 as torchvision writes it; downloaded where it is not there.

    ``progress`` is told the bytes done and in all (0 where unknown); an exception that it raises stops the download.
    A part never stays behind.

    Raises LabError, saying what to put where by hand, where it cannot be fetched or is damaged.
    """
    from rnd_lab.primitives.torchvision_safe import torchvision

    published = torchvision.datasets.CIFAR10
    folder = platformdirs.user_cache_path("rnd-lab") / "cifar10"
    if not (folder / published.base_folder).is_dir():
        try:
            _download(published, folder, progress or (lambda done, total: None))
        except (OSError, HTTPException) as error:
            raise LabError(
                f"CIFAR-10 could not be downloaded ({error}). Check the connection and try again, or fetch "
                f"{published.url} on another computer and unpack it in {folder}."
            ) from error
    return folder


def _download(published: Any, folder: Path, progress: Callable[[int, int], None]) -> None:
    with downloaded(published.url, folder, progress) as archive:
        with archive.open("rb") as file:
            found = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
        if found != published.tgz_md5:
            raise LabError("CIFAR-10 arrived damaged. Try again.")
        _unpack(archive, folder / published.base_folder)


def _unpack(archive: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as passing, tarfile.open(archive) as content:
        files = Path(passing) / target.name
        files.mkdir()
        for member in content:
            if file := content.extractfile(member):  # None for folders
                (files / Path(member.name).name).write_bytes(file.read())
        files.rename(target)  # at once, so that a folder which is there is whole
