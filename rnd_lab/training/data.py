"""The images that a recipe trains on and is measured on, from what people have on disk."""

from collections.abc import Callable
from pathlib import Path

import torch

from rnd_lab.data.cifar10 import LabelledImages, load_cifar10
from rnd_lab.data.classes import imagenet_labels
from rnd_lab.data.image_folder import open_image_folder
from rnd_lab.data.image_set import ImageSet
from rnd_lab.data.pixels import to_bytes, to_input
from rnd_lab.data.selection import select
from rnd_lab.models.architectures import usual_size
from rnd_lab.primitives.errors import LabError
from rnd_lab.training.images import Pictures, SmallImages, TrainingImages
from rnd_lab.training.recipe import Recipe

MEASURED = 1000
"""How many of ImageNet's test pictures are measured on: they are held in memory."""


def read_images(
    recipe: Recipe, data: Path, test_data: Path | None, told: Callable[[int, int], None] = lambda done, total: None
) -> tuple[TrainingImages, LabelledImages]:
    """The images to train on in ``data``, and those to measure on in ``test_data`` or else in ``data`` too.

    CIFAR-10 as :func:`load_cifar10` finds it; of ImageNet the pictures in DATA/train, and some of those in DATA/val or
    ``test_data``, as the recipe's network sees them. ``told`` hears how many of these were read, of how many; an
    exception that it raises ends the reading.

    Raises LabError where they are missing or damaged, where both are the same, or where folders do not name classes of
    ImageNet.
    """
    if recipe.data_set == "cifar10":
        learnt, measured = load_cifar10(data, train=True), load_cifar10(test_data or data, train=False)
        _require_different(learnt, measured)
        return SmallImages(learnt), measured
    side, resize_to = usual_size(recipe.architecture)
    train, test = _folder(data / "train"), _folder(test_data or data / "val")
    _require_different(train, test)
    chosen = select(test, min(MEASURED, len(test)), seed=0)
    images: list[torch.Tensor] = []
    for index in chosen:
        told(len(images), len(chosen))
        images.append(to_bytes(to_input(test.picture(index), (side, side), resize_to)))
    labels = torch.tensor([test.labels[index] for index in chosen])
    return Pictures(train, side), LabelledImages(torch.stack(images), labels, test.digest)


def _require_different(train: ImageSet | LabelledImages, test: ImageSet | LabelledImages) -> None:
    if train.digest == test.digest:
        raise LabError("The test images are those that the model is trained on. Give other test images.")


def _folder(folder: Path) -> ImageSet:
    if not folder.is_dir():
        raise LabError(f"There is no folder {folder}. Training needs pictures in DATA/train and DATA/val.")
    pictures = open_image_folder(folder)
    numbered = pictures.classes is None and max(pictures.labels) < len(imagenet_labels())
    if pictures.data_set != "imagenet" and not numbered:
        raise LabError(f"The folders in {folder} do not name classes of ImageNet, such as n01440764, goldfish or 1.")
    return pictures
