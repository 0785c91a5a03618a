"""What a recipe trains on: images cut and mirrored anew in every epoch."""

import math
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from rnd_lab.data.cifar10 import LabelledImages
from rnd_lab.data.image_set import ImageSet
from rnd_lab.training.augment import crop_and_flip, pad

SMALLEST_PART = 0.25
"""Least part of a picture's area that is cut out."""
NARROWEST = 3 / 4
"""Least ratio of the cut's sides."""
READERS = 8
"""Pictures that are decoded at a time."""


class TrainingImages(Protocol):
    """Images with their classes."""

    @property
    def digest(self) -> str:
        """sha256 (hex) of images and classes."""

    def __len__(self) -> int: ...

    def batch(self, rows: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """The chosen images (int64 [b]), float32 [b, 3, h, w] in [0, 1], as ``generator`` changes them; their classes.

        The classes are int64 [b].
        """


class SmallImages:
    """CIFAR-10's images, held in memory: padded, cut and mirrored."""

    def __init__(self, data: LabelledImages) -> None:
        self.digest = data.digest
        self._padded = pad(data.images)
        self._labels = data.labels

    def __len__(self) -> int:
        return len(self._labels)

    def batch(self, rows: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        return crop_and_flip(self._padded, rows, generator), self._labels[rows]


class Pictures:
    """Pictures of any size, read when they are needed: a random part is scaled to [``side``, ``side``] and mirrored.

    The part has 25 to 100 % of the picture's area and sides of a ratio of 3:4 to 4:3, as far as the picture has room
    (after Szegedy et al., CVPR 2015, who begin at 8 %, for training from the start).
    """

    def __init__(self, pictures: ImageSet, side: int) -> None:
        self.digest = pictures.digest
        self._pictures = pictures
        self._labels = torch.tensor(pictures.labels)
        self._side = side

    def __len__(self) -> int:
        return len(self._labels)

    def batch(self, rows: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        chances = torch.rand(len(rows), 5, generator=generator).tolist()
        with ThreadPoolExecutor(READERS) as readers:
            images = list(readers.map(self._part, rows.tolist(), chances))
        return torch.stack(images).to(torch.float32).div_(255), self._labels[rows]

    def _part(self, row: int, chances: list[float]) -> Tensor:
        """Part of one picture, uint8 [3, side, side], as five numbers in [0, 1) decide."""
        picture = self._pictures.picture(row)
        area, ratio, x, y, mirrored = chances
        pixels = (SMALLEST_PART + (1 - SMALLEST_PART) * area) * picture.width * picture.height
        shape = math.exp((2 * ratio - 1) * math.log(1 / NARROWEST))
        width = min(math.sqrt(pixels * shape), picture.width)
        height = min(math.sqrt(pixels / shape), picture.height)
        left, top = x * (picture.width - width), y * (picture.height - height)
        part = picture.resize(
            (self._side, self._side), Image.Resampling.BILINEAR, box=(left, top, left + width, top + height)
        )
        image = torch.from_numpy(np.array(part)).permute(2, 0, 1)
        return image.flip(2) if mirrored < 0.5 else image
