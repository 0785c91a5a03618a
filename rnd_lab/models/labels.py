"""Names of a model's classes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rnd_lab.data.classes import CIFAR10, imagenet_labels
from rnd_lab.primitives.errors import LabError


@dataclass(frozen=True)
class Names:
    """Class names in the order of the logits, the data set they tell of, and a note where that is a guess."""

    labels: tuple[str, ...]
    data_set: Literal["cifar10", "imagenet", "other"]
    note: str = ""


def read_labels(path: Path) -> tuple[str, ...]:
    """Class names from a text file (UTF-8), one a line; blank lines are skipped.

    Raises LabError where it cannot be read or names nothing.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LabError(f"The class names in {path} cannot be read: {error}. Give one class a line.") from error
    labels = tuple(line.strip() for line in lines if line.strip())
    if not labels:
        raise LabError(f"{path} names no class. Give a text file with one class a line.")
    return labels


def names_from(labels: tuple[str, ...]) -> Names:
    """Tell the data set from given class names."""
    if labels == CIFAR10:
        return Names(labels, "cifar10")
    return Names(labels, "imagenet" if len(labels) == 1000 and labels == imagenet_labels() else "other")


def guess_names(classes: int, input_size: tuple[int, int]) -> Names:
    """Name the classes of a model that says nothing about them: CIFAR-10's, ImageNet's, or numbers."""
    if classes == 10 and input_size == (32, 32):
        return Names(CIFAR10, "cifar10", "10 classes of 32 x 32 pixels: taken for CIFAR-10.")
    if classes == 1000:
        return Names(imagenet_labels(), "imagenet", "1000 classes: taken for ImageNet in torchvision's order.")
    numbers = tuple(f"class {index}" for index in range(classes))
    return Names(numbers, "other", "The model does not name its classes; give a file of class names to see them.")
