"""What the names of class folders mean."""

from collections.abc import Sequence
from dataclasses import dataclass

from rnd_lab.data.classes import CIFAR10, imagenet_labels
from rnd_lab.data.image_set import DataSetName
from rnd_lab.data.wordnet import WORDNET_IDS


@dataclass(frozen=True)
class FolderLabels:
    """The label of each folder, the data set and names of its classes (None: unknown), and how they were found."""

    labels: tuple[int, ...]
    data_set: DataSetName
    classes: tuple[str, ...] | None
    note: str


def understand(folders: Sequence[str]) -> FolderLabels:
    """Find the labels that the names of class folders mean.

    Numbers are labels. Names of classes of CIFAR-10, WordNet's names of ImageNet's classes or torchvision's names of
    them ("_" for " ") have the labels that they have there, also where only some are present. Anything else is
    counted from 0 in alphabetical order.
    """
    if all(name.isascii() and name.isdigit() for name in folders):
        return FolderLabels(tuple(map(int, folders)), "other", None, "The folders' names are the labels.")
    lower = [name.lower() for name in folders]
    if set(lower) <= set(CIFAR10):
        return FolderLabels(_places(lower, CIFAR10), "cifar10", CIFAR10, "The folders name classes of CIFAR-10.")
    classes, spaced = imagenet_labels(), [name.replace("_", " ") for name in folders]
    for names, known in ((folders, WORDNET_IDS), (spaced, classes)):
        if set(names) <= set(known):
            note = "The folders name classes of ImageNet."
            return FolderLabels(_places(names, known), "imagenet", classes, note)
    own = tuple(sorted(folders))
    return FolderLabels(_places(folders, own), "other", own, "The folders are classes in alphabetical order.")


def _places(names: Sequence[str], order: Sequence[str]) -> tuple[int, ...]:
    return tuple(order.index(name) for name in names)
