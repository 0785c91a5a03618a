"""CIFAR-10 fetched once from where torchvision gets it."""

import hashlib
import tarfile
import tempfile
from pathlib import Path

import platformdirs

from rnd_lab.primitives.downloaded import Progress, downloaded
from rnd_lab.primitives.errors import LabError


def fetch_cifar10(progress: Progress | None = None) -> Path:
    """The folder, in the user's cache, that holds CIFAR-10 as torchvision writes it; downloaded where it is not there.

    ``progress`` is told the bytes done and in all (0 where unknown); an exception that it raises stops the download.
    A part never stays behind.

    Raises LabError, saying what to put where by hand, where it cannot be fetched or is damaged.
    """
    from rnd_lab.primitives.torchvision_safe import torchvision

    published = torchvision.datasets.CIFAR10
    folder = platformdirs.user_cache_path("rnd-lab") / "cifar10"
    if not (folder / published.base_folder).is_dir():
        with downloaded(published.url, folder, "CIFAR-10", progress, by_hand="unpack it") as archive:
            if _md5(archive) != published.tgz_md5:
                raise LabError("CIFAR-10 arrived damaged. Try again.")
            _unpack(archive, folder / published.base_folder)
    return folder


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _unpack(archive: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent) as passing, tarfile.open(archive) as content:
        files = Path(passing) / target.name
        files.mkdir()
        for member in content:
            if file := content.extractfile(member):  # None for folders
                (files / Path(member.name).name).write_bytes(file.read())
        files.rename(target)  # at once, so that a folder which is there is whole
