"""The images that come with the lab, so that the first run needs no file and no network."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from rnd_lab.data.assets import asset


@dataclass(frozen=True)
class GalleryImage:
    """One shipped image with its true class and where it comes from.

    ``label`` is the index of the class in ``data_set`` (ImageNet in the order that torchvision's weights use),
    ``source`` the page of the original, or the index in the test set. More is told in ``gallery/ATTRIBUTION.md``.
    """

    name: str
    path: Path
    label: int
    label_name: str
    data_set: Literal["cifar10", "imagenet"]
    author: str
    licence: str
    source: str


@cache
def gallery() -> tuple[GalleryImage, ...]:
    """All shipped images: 40 of CIFAR-10 (32 x 32), then 12 photographs (299 x 299). Loads no torch.

    Raises LabError where the gallery is not installed.
    """
    index = json.loads(asset("gallery", "gallery.json").read_text(encoding="utf-8"))
    return tuple(_image(**entry) for entry in index["images"])


def _image(file: str, **about: Any) -> GalleryImage:
    path = asset("gallery", *file.split("/"))
    return GalleryImage(name=path.stem, path=path, **about)
