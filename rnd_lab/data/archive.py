"""Labelled images in one .npz file."""

import zlib
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from rnd_lab.primitives.errors import LabError

DAMAGED = (OSError, RuntimeError, ValueError, LookupError, TypeError, EOFError, MemoryError, BadZipFile, zlib.error)
"""What numpy raises for files that are none, or that claim to be larger than the memory."""


@dataclass(frozen=True)
class Archive:
    """Images uint8 [n, h, w, 3], their labels int64 [n] from 0 on, and the names of the classes where given."""

    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    classes: tuple[str, ...] | None


def read_archive(path: Path) -> Archive:
    """Read ``images`` (uint8, [n, h, w, 3]), ``labels`` and, where there are any, ``names`` (of the classes).

    Raises LabError where the file cannot be read, could run code, or its arrays have other types or shapes.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as data:
            images, labels = data["images"], data["labels"]
            classes = tuple(map(str, data["names"].tolist())) if "names" in data else None
    except DAMAGED as error:
        raise LabError(f"{path} cannot be read as an archive of 'images' and 'labels': {error}") from error
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[3] != 3 or not images.size:
        raise LabError(f"{path}: expected images of type uint8 [n, h, w, 3], found {images.dtype} {images.shape}.")
    if labels.dtype.kind not in "iu" or labels.shape != images.shape[:1]:
        found = f"{labels.dtype} {labels.shape}"
        raise LabError(f"{path}: expected one label, a whole number, for each of {len(images)} images, found {found}.")
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high > np.iinfo(np.int64).max or (classes is not None and high >= len(classes)):
        most = f" to {len(classes) - 1}" if classes is not None else " on"
        raise LabError(f"{path}: the labels count from 0{most}, found {low} to {high}.")
    return Archive(images, labels.astype(np.int64), classes)
