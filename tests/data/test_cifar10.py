"""CIFAR-10 as people have it on disk."""

from pathlib import Path

import numpy as np
import pytest
import torch

from rnd_lab.data.cifar10 import load_cifar10
from rnd_lab.primitives.errors import LabError


def write(path: Path, **change: np.ndarray) -> None:
    rng = np.random.default_rng(0)
    arrays = {"images": rng.integers(0, 256, (6, 32, 32, 3), dtype=np.uint8), "labels": np.arange(6, dtype=np.uint8)}
    np.savez(path, **(arrays | change))


def test_an_archive_and_its_folder_load_alike(tmp_path: Path) -> None:
    write(tmp_path / "cifar10_test.npz")
    data, again = load_cifar10(tmp_path, train=False), load_cifar10(tmp_path / "cifar10_test.npz", train=False)
    stored = np.load(tmp_path / "cifar10_test.npz")["images"]
    assert (len(data), data.images.shape, data.images.dtype) == (6, (6, 3, 32, 32), torch.uint8)
    assert data.labels.tolist() == list(range(6))
    assert data.images[2, 1, 7, 9] == stored[2, 7, 9, 1]
    assert data.digest == again.digest


def test_the_digest_tells_other_images_and_other_labels_apart(tmp_path: Path) -> None:
    digests = set()
    for change in ({}, {"labels": np.ones(6, dtype=np.uint8)}, {"images": np.zeros((6, 32, 32, 3), dtype=np.uint8)}):
        write(tmp_path / "a.npz", **change)
        digests.add(load_cifar10(tmp_path / "a.npz", train=True).digest)
    assert len(digests) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"images": np.zeros((6, 32, 32, 3))},
        {"images": np.zeros((6, 28, 28), dtype=np.uint8)},
        {"labels": np.zeros(5, dtype=np.uint8)},
        {"labels": np.full(6, 10, dtype=np.uint8)},
        {"labels": np.array([{"a": "pickle"}] * 6, dtype=object)},
    ],
)
def test_arrays_that_are_not_cifar_shaped_are_refused(tmp_path: Path, change: dict[str, np.ndarray]) -> None:
    write(tmp_path / "a.npz", **change)
    with pytest.raises(LabError):
        load_cifar10(tmp_path / "a.npz", train=True)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 a damaged one"])
def test_a_damaged_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(LabError, match="cannot be read"):
        load_cifar10(tmp_path / "a.npz", train=True)


def test_an_empty_folder_tells_what_would_fit(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"cifar10_train\.npz"):
        load_cifar10(tmp_path, train=True)


def test_torchvisions_folder_is_checked_before_it_is_unpickled(tmp_path: Path) -> None:
    (tmp_path / "cifar-10-batches-py").mkdir()
    (tmp_path / "cifar-10-batches-py" / "data_batch_1").write_bytes(b"hostile")
    with pytest.raises(LabError, match="missing, damaged or cannot be read"):
        load_cifar10(tmp_path, train=True)
