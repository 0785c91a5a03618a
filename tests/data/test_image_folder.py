"""Folders of pictures, one sub-folder for each class."""

from pathlib import Path

import numpy as np
import pytest

from rnd_lab.data.classes import CIFAR10, imagenet_labels
from rnd_lab.data.image_set import ImageSet
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.data.sets import open_set
from rnd_lab.data.wordnet import WORDNET_IDS
from rnd_lab.primitives.errors import LabError
from tests.data.conftest import noise, write_picture


def folder_of(folder: Path, *names: str) -> ImageSet:
    for name in names:
        write_picture(folder / name / "1.png")
    return open_set(DataSpec(source=str(folder)))


def test_classes_and_pictures_are_in_alphabetical_order(tmp_path: Path) -> None:
    for seed, name in enumerate(("moth/b.PNG", "moth/a.png", "ant/z.png", "bee/deep/er/c.jpg")):
        write_picture(tmp_path / name, seed)
    images = open_set(DataSpec(source=str(tmp_path)))
    assert images.names == ("ant/z.png", "bee/deep/er/c.jpg", "moth/a.png", "moth/b.PNG")
    assert (images.labels, images.classes, images.data_set) == ((0, 1, 2, 2), ("ant", "bee", "moth"), "other")
    assert "alphabetical" in images.note
    assert np.array_equal(np.asarray(images.picture(2)), noise(1))


def test_what_systems_leave_behind_is_no_class_and_no_picture(tmp_path: Path) -> None:
    for name in ("ant/a.png", "ant/._a.png", ".checkpoints/a.png", "bee/.hidden/b.png", "bee/b.png"):
        write_picture(tmp_path / name)
    (tmp_path / "ant" / "notes.txt").write_text("no picture")
    (tmp_path / "bee" / "folder.png").mkdir()
    assert open_set(DataSpec(source=str(tmp_path))).names == ("ant/a.png", "bee/b.png")


def test_numbers_are_labels(tmp_path: Path) -> None:
    images = folder_of(tmp_path, "10", "2", "007")
    assert dict(zip(images.names, images.labels, strict=True)) == {"10/1.png": 10, "2/1.png": 2, "007/1.png": 7}
    assert (images.data_set, images.classes) == ("other", None)


def test_some_classes_of_cifar10_keep_their_labels(tmp_path: Path) -> None:
    images = folder_of(tmp_path, "truck", "Cat")
    assert (images.data_set, images.labels, images.classes) == ("cifar10", (3, 9), CIFAR10)


def test_some_classes_of_imagenet_keep_their_labels_by_wordnet(tmp_path: Path) -> None:
    images = folder_of(tmp_path, "n01440764", "n02102040", "n15075141")
    assert (images.data_set, images.labels, images.classes) == ("imagenet", (0, 217, 999), imagenet_labels())


def test_some_classes_of_imagenet_keep_their_labels_by_name(tmp_path: Path) -> None:
    images = folder_of(tmp_path, "great_white_shark", "tench", "English springer", "Cardigan")
    assert (images.data_set, images.labels) == ("imagenet", (264, 217, 2, 0))
    assert folder_of(tmp_path / "other", "cardigan").labels == (474,)


def test_the_known_names_of_imagenets_classes_name_one_class_each() -> None:
    assert len(set(WORDNET_IDS)) == len(set(imagenet_labels())) == 1000
    assert list(WORDNET_IDS) == sorted(WORDNET_IDS)


def test_a_name_that_imagenet_lacks_makes_them_all_ones_own(tmp_path: Path) -> None:
    images = folder_of(tmp_path, "tench", "n01440764", "unicorn")
    assert (images.data_set, images.labels) == ("other", (0, 1, 2))


def test_a_folder_without_pictures_tells_what_would_fit(tmp_path: Path) -> None:
    write_picture(tmp_path / "loose.png")
    (tmp_path / "empty").mkdir()
    with pytest.raises(LabError, match="one sub-folder for each class, or a CSV"):
        open_set(DataSpec(source=str(tmp_path)))
