"""A set of labelled pictures."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
from PIL import Image

from rnd_lab.data.image import open_image

DataSetName = Literal["cifar10", "imagenet", "other"]

UNCOMPRESSED = (".bmp",)
"""Files whose size says nothing of their pixels."""


@dataclass(frozen=True)
class ImageSet:
    """Labelled pictures, each read when it is asked for.

    ``picture(index)`` gives the upright RGB picture of that index; it raises LabError, naming the file, for one that
    is damaged. ``labels`` are indices of classes and ``target_labels`` those wanted by a targeted attack, where the
    set names them. ``names`` are different from each other. ``classes`` are the names of the classes, where known.
    ``digest`` (sha256, hex) changes with the content: the pixels of an array; names, sizes and labels of files, and the
    bytes of those that are not compressed.
    ``note`` says how the labels were understood, where that was a decision.
    """

    name: str
    data_set: DataSetName
    labels: tuple[int, ...] = field(repr=False)
    names: tuple[str, ...] = field(repr=False)
    target_labels: tuple[int | None, ...] = field(repr=False)
    classes: tuple[str, ...] | None = field(repr=False)
    digest: str
    picture: Callable[[int], Image.Image] = field(repr=False)
    note: str = ""

    def __len__(self) -> int:
        return len(self.labels)

    def fits(self, data_set: DataSetName) -> bool:
        """Whether the labels may be those of a model made for ``data_set``; "other" may mean any classes."""
        return self.data_set == data_set or "other" in (self.data_set, data_set)


def from_files(
    name: str,
    data_set: DataSetName,
    files: Sequence[tuple[str, Path]],
    labels: Sequence[int],
    target_labels: Sequence[int | None] | None,
    classes: tuple[str, ...] | None,
    note: str = "",
) -> ImageSet:
    """A set of picture files, given as (name in the set, path), of which none is opened as a picture.

    Raises OSError for one that is missing.
    """
    targets = tuple(target_labels) if target_labels is not None else (None,) * len(labels)
    names, paths = tuple(name for name, _ in files), tuple(path for _, path in files)
    content = json.dumps([names, [_content(path) for path in paths], list(labels), targets])
    return ImageSet(
        name=name,
        data_set=data_set,
        labels=tuple(labels),
        names=names,
        target_labels=targets,
        classes=classes,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        picture=partial(_open, paths),
        note=note,
    )


def from_arrays(
    name: str,
    data_set: DataSetName,
    images: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.int64],
    classes: tuple[str, ...] | None,
) -> ImageSet:
    """A set of images uint8 [n, h, w, 3] with labels int64 [n]; an image's name is its index."""
    digest = hashlib.sha256(str(images.shape).encode())
    digest.update(np.ascontiguousarray(images).data)
    digest.update(np.ascontiguousarray(labels).data)
    return ImageSet(
        name=name,
        data_set=data_set,
        labels=tuple(labels.tolist()),
        names=tuple(str(index) for index in range(len(labels))),
        target_labels=(None,) * len(labels),
        classes=classes,
        digest=digest.hexdigest(),
        picture=partial(_cut, images),
    )


def _content(path: Path) -> int | str:
    """What tells a file from one with other pixels: its size, where compression makes that another one."""
    if path.suffix.lower() in UNCOMPRESSED:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return path.stat().st_size


def _open(paths: tuple[Path, ...], index: int) -> Image.Image:
    return open_image(paths[index])


def _cut(images: npt.NDArray[np.uint8], index: int) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(images[index]))
