"""CIFAR-10 from what people have on disk: an npz, or torchvision's folder."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from rnd_lab.data.archive import read_archive
from rnd_lab.primitives.errors import LabError


@dataclass(frozen=True)
class LabelledImages:
    """Images uint8 [n, 3, 32, 32] with their classes int64 [n] and a digest (sha256, hex) of both."""

    images: Tensor
    labels: Tensor
    digest: str

    def __len__(self) -> int:
        return len(self.labels)


def load_cifar10(path: Path, *, train: bool) -> LabelledImages:
    """Load one split of CIFAR-10.

    ``path`` is an npz with ``images`` (uint8, [n, 32, 32, 3]) and ``labels``, a folder holding
    ``cifar10_train.npz`` / ``cifar10_test.npz``, or the folder that torchvision's CIFAR10 writes.

    Raises LabError where nothing fits or the arrays are not CIFAR-shaped.
    """
    split = "train" if train else "test"
    archive = path if path.suffix.lower() == ".npz" else path / f"cifar10_{split}.npz"
    if archive.is_file():
        content = read_archive(archive)
        images, labels = content.images, content.labels
    elif (path / "cifar-10-batches-py").is_dir():
        images, labels = _read_torchvision(path, train)
    else:
        raise LabError(
            f"No CIFAR-10 {split} images at {path}. Give an .npz with 'images' and 'labels', a folder with "
            f"cifar10_{split}.npz, or the folder in which torchvision keeps cifar-10-batches-py."
        )
    _check(path, images, labels)
    images = np.ascontiguousarray(images)
    digest = hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()
    return LabelledImages(torch.from_numpy(images).permute(0, 3, 1, 2).contiguous(), torch.from_numpy(labels), digest)


def _check(path: Path, images: npt.NDArray[np.uint8], labels: npt.NDArray[np.int64]) -> None:
    if images.shape[1:] != (32, 32, 3):
        raise LabError(f"{path}: expected images [n, 32, 32, 3], found {images.shape}.")
    if labels.max() > 9:
        raise LabError(f"{path}: CIFAR-10 has the labels 0 to 9, found {labels.min()} to {labels.max()}.")


def _read_torchvision(folder: Path, train: bool) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    from rnd_lab.primitives.torchvision_safe import torchvision

    try:  # torchvision checks the files' published digests before it unpickles them
        data = torchvision.datasets.CIFAR10(str(folder), train=train, download=False)
    except (RuntimeError, OSError) as error:
        raise LabError(
            f"{folder}: CIFAR-10's files there are missing, damaged or cannot be read. Delete cifar-10-batches-py and "
            "get it again."
        ) from error
    return data.data, np.asarray(data.targets, dtype=np.int64)
