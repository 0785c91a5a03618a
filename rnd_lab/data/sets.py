"""One door to every kind of data set."""

from collections.abc import Callable
from pathlib import Path

from rnd_lab.data.archive import read_archive
from rnd_lab.data.cifar10 import load_cifar10
from rnd_lab.data.cifar10_download import fetch_cifar10
from rnd_lab.data.classes import CIFAR10
from rnd_lab.data.image_folder import open_image_folder
from rnd_lab.data.image_set import DataSetName, ImageSet, from_arrays
from rnd_lab.data.labels_csv import open_labelled_folder
from rnd_lab.data.samples import PREFIX, open_samples
from rnd_lab.data.selection import select
from rnd_lab.data.set_names import image_name, read_image_name
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.files import path_of

__all__ = ["ImageSet", "find_image", "image_name", "open_set", "select"]


def open_set(spec: DataSpec, progress: Callable[[int, int], None] | None = None) -> ImageSet:
    """Open the whole data set that ``spec`` names; :func:`select` then makes its choice of images.

    Files of pictures are listed, not read. ``progress`` is told of a download's bytes, done and in all (0 where
    unknown); an exception that it raises (``Cancelled``) stops the download and leaves nothing behind.

    Raises LabError, saying what to do, for whatever is missing, damaged or unlabelled.
    """
    if not spec.source.strip():
        raise LabError("No data set is named. Choose samples:cifar10, samples:imagenet, cifar10, or a path.")
    path = path_of(spec.source).absolute()
    if spec.labels is not None and (spec.source == "cifar10" or not path.is_dir()):
        raise LabError(f"A CSV of labels belongs to a folder of pictures, and {spec.source} is none. Leave it out.")
    if spec.source.startswith(PREFIX):
        return open_samples(spec.source)
    if spec.source == "cifar10":
        return _cifar10("cifar10", fetch_cifar10(progress))
    try:
        return _open_path(path, spec.labels)
    except OSError as error:
        raise LabError(f"{path} cannot be read: {error}.") from error


def _open_path(path: Path, labels: str | None) -> ImageSet:
    if path.suffix.lower() == ".npz" and path.is_file():
        content = read_archive(path)
        data_set: DataSetName = "cifar10" if content.classes == CIFAR10 else "other"
        return from_arrays(path.stem, data_set, content.images, content.labels, content.classes)
    if not path.is_dir():
        raise LabError(
            f"There is no folder and no .npz file {path}. Choose samples:cifar10, samples:imagenet, cifar10, or a path."
        )
    table = path_of(labels) if labels is not None else path / "labels.csv"
    if labels is not None or table.is_file():
        return open_labelled_folder(path, table)
    if (path / "cifar-10-batches-py").is_dir() or (path / "cifar10_test.npz").is_file():
        return _cifar10(path.name, path)
    return open_image_folder(path)


def _cifar10(name: str, folder: Path) -> ImageSet:
    data = load_cifar10(folder, train=False)
    return from_arrays(name, "cifar10", data.images.permute(0, 2, 3, 1).numpy(), data.labels.numpy(), CIFAR10)


def find_image(name: str, progress: Callable[[int, int], None] | None = None) -> tuple[ImageSet, int] | None:
    """The data set and the index in it that a name like "cifar10#123" tells; None for other names, and those of files.

    Raises LabError as :func:`open_set` does, and for an index that the set does not have.
    """
    named = read_image_name(name)
    if named is None or Path(name).is_file():
        return None
    spec, index = named
    image_set = open_set(spec, progress)
    if index >= len(image_set):
        raise LabError(f"{spec.source} has {len(image_set)} images (0 … {len(image_set) - 1}), and no image {index}.")
    return image_set, index
