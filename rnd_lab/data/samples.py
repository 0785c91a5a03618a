"""The gallery as data sets."""

from rnd_lab.data.classes import CIFAR10, imagenet_labels
from rnd_lab.data.gallery import gallery
from rnd_lab.data.image_set import ImageSet, from_files
from rnd_lab.primitives.errors import LabError

PREFIX = "samples:"


def open_samples(source: str) -> ImageSet:
    """Open "samples:cifar10" (40 images) or "samples:imagenet" (12 photographs). Raises LabError for another name."""
    shipped = [image for image in gallery() if source == f"{PREFIX}{image.data_set}"]
    if not shipped:
        raise LabError(f"There are no samples '{source}'. Choose samples:cifar10 or samples:imagenet.")
    data_set = shipped[0].data_set
    files = [(image.name, image.path) for image in shipped]
    classes = CIFAR10 if data_set == "cifar10" else imagenet_labels()
    return from_files(source, data_set, files, [image.label for image in shipped], None, classes)
