"""Data sets as people have them: opened, listed without being read, named, and refused with what to do."""

import io
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rnd_lab.data.classes import CIFAR10
from rnd_lab.data.gallery import gallery
from rnd_lab.data.image import open_image
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.data.sets import open_set
from rnd_lab.primitives.errors import LabError
from tests.data.conftest import noise, write_picture

SHARED = Path(__file__).parents[3] / "shared" / "data"


def write_archive(path: Path, **change: np.ndarray) -> None:
    images = np.stack([noise(seed) for seed in range(4)])
    np.savez(path, **({"images": images, "labels": np.array([2, 0, 1, 2], np.uint8)} | change))


@pytest.mark.parametrize("kind", ["cifar10", "imagenet"])
def test_the_gallery_is_a_data_set(kind: str) -> None:
    samples = open_set(DataSpec(source=f"samples:{kind}"))
    shipped = [image for image in gallery() if image.data_set == kind]
    assert list(samples.names) == [image.name for image in shipped]
    assert list(samples.labels) == [image.label for image in shipped]
    assert (samples.data_set, len(samples)) == (kind, len(shipped))
    assert samples.picture(3).tobytes() == open_image(shipped[3].path).tobytes()
    assert samples.classes is not None
    assert [samples.classes[label] for label in samples.labels] == [image.label_name for image in shipped]


def test_an_archive_gives_its_images(tmp_path: Path) -> None:
    write_archive(tmp_path / "mine.npz")
    images = open_set(DataSpec(source=str(tmp_path / "mine.npz")))
    assert (images.name, images.data_set, images.classes) == ("mine", "other", None)
    assert (images.labels, images.target_labels) == ((2, 0, 1, 2), (None,) * 4)
    assert len(set(images.names)) == 4
    assert np.array_equal(np.asarray(images.picture(3)), noise(3))


def test_an_archive_that_names_its_classes(tmp_path: Path) -> None:
    write_archive(tmp_path / "mine.npz", names=np.array(["a", "b", "c"]))
    write_archive(tmp_path / "cifar.npz", names=np.array(CIFAR10))
    mine, cifar = (open_set(DataSpec(source=str(tmp_path / name))) for name in ("mine.npz", "cifar.npz"))
    assert (mine.classes, mine.data_set) == (("a", "b", "c"), "other")
    assert (cifar.classes, cifar.data_set) == (CIFAR10, "cifar10")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"images": np.zeros((4, 8, 8), np.uint8)}, r"uint8 \[n, h, w, 3\], found uint8 \(4, 8, 8\)"),
        ({"images": np.zeros((4, 8, 8, 3))}, "found float64"),
        ({"images": np.zeros((0, 8, 8, 3), np.uint8), "labels": np.zeros(0, np.int64)}, r"found uint8 \(0, 8, 8, 3\)"),
        ({"labels": np.zeros(3, np.int64)}, r"each of 4 images, found int64 \(3,\)"),
        ({"labels": np.array([0.5, 1, 1, 2])}, "whole number.*found float64"),
        ({"labels": np.array([0, -1, 1, 2])}, "count from 0 on, found -1 to 2"),
        ({"names": np.array(["a", "b"])}, "count from 0 to 1, found 0 to 2"),
        ({"labels": np.array([{"a": "pickle"}] * 4, dtype=object)}, "cannot be read"),
    ],
)
def test_an_archive_of_other_arrays_is_refused(tmp_path: Path, change: dict[str, np.ndarray], message: str) -> None:
    write_archive(tmp_path / "a.npz", **change)
    with pytest.raises(LabError, match=message):
        open_set(DataSpec(source=str(tmp_path / "a.npz")))


def test_an_archive_with_a_password_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "locked.npz"
    write_archive(path)
    content = bytearray(path.read_bytes())
    for head, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(head)
        while at >= 0:
            content[at + flags] |= 1  # "encrypted"
            at = content.find(head, at + 1)
    path.write_bytes(content)
    with pytest.raises(LabError, match="cannot be read as an archive"):
        open_set(DataSpec(source=str(path)))


def test_an_archive_without_labels_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", images=np.zeros((1, 8, 8, 3), np.uint8))
    with pytest.raises(LabError, match="labels"):
        open_set(DataSpec(source=str(tmp_path / "a.npz")))


def test_a_folder_of_cifar10_gives_its_test_images(tmp_path: Path) -> None:
    images = np.stack([noise(seed, 32) for seed in range(3)])
    np.savez(tmp_path / "cifar10_test.npz", images=images, labels=np.array([7, 7, 1]))
    opened = open_set(DataSpec(source=str(tmp_path)))
    assert (opened.data_set, opened.labels, opened.classes) == ("cifar10", (7, 7, 1), CIFAR10)
    assert np.array_equal(np.asarray(opened.picture(2)), images[2])


def test_the_digest_tells_other_pixels_labels_sizes_and_names_apart(tmp_path: Path) -> None:
    digests = []
    for number, change in enumerate(
        [
            {},
            {},
            {"labels": np.zeros(4, np.uint8)},
            {"images": np.zeros((4, 8, 8, 3), np.uint8)},
            {"images": np.zeros((4, 4, 16, 3), np.uint8)},
        ]
    ):
        write_archive(tmp_path / f"{number}.npz", **change)
        digests.append(open_set(DataSpec(source=str(tmp_path / f"{number}.npz"))).digest)
    folder = tmp_path / "folder"
    for step in (("x/a.png", 8), ("x/a.png", 9), ("x/b.png", 8), ("y/b.png", 8)):
        write_picture(folder / step[0], size=step[1])
        digests.append(open_set(DataSpec(source=str(folder))).digest)
    for level in (0, 255):
        Image.new("L", (8, 8), level).save(folder / "y" / "b.bmp")  # as large, whatever it shows
        digests.append(open_set(DataSpec(source=str(folder))).digest)
    assert digests[0] == digests[1]
    assert len(set(digests)) == len(digests) - 1


def test_pictures_are_read_when_they_are_asked_for(tmp_path: Path) -> None:
    write_picture(tmp_path / "cat" / "a.png", seed=5)
    (tmp_path / "cat" / "b.png").write_bytes(b"damaged")
    images = open_set(DataSpec(source=str(tmp_path)))
    assert np.array_equal(np.asarray(images.picture(0)), noise(5))
    with pytest.raises(LabError, match=r"b\.png"):
        images.picture(1)


def test_a_data_set_can_be_sent_to_another_process(tmp_path: Path) -> None:
    write_picture(tmp_path / "cat" / "a.png")
    images = open_set(DataSpec(source=str(tmp_path)))
    again = pickle.loads(pickle.dumps(images))
    assert (again.digest, again.picture(0).tobytes()) == (images.digest, images.picture(0).tobytes())


def test_labels_fit_models_of_the_same_data_set_and_of_any_unknown_one(tmp_path: Path) -> None:
    write_archive(tmp_path / "a.npz")
    unknown, samples = open_set(DataSpec(source=str(tmp_path / "a.npz"))), open_set(DataSpec())
    assert unknown.fits("cifar10")
    assert unknown.fits("other")
    assert samples.fits("cifar10")
    assert samples.fits("other")
    assert not samples.fits("imagenet")


def test_the_folder_one_is_in_has_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_picture(tmp_path / "photos" / "ant" / "a.png")
    monkeypatch.chdir(tmp_path / "photos")
    assert open_set(DataSpec(source=".")).name == "photos"


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (DataSpec(source="samples:mnist"), "Choose samples:cifar10 or samples:imagenet"),
        (DataSpec(source="/nowhere/photos"), r"no folder and no \.npz file .*photos\. Choose"),
        (DataSpec(source="/nowhere/photos.npz"), r"no folder and no \.npz file"),
        (DataSpec(source="cifar10", labels="a.csv"), "belongs to a folder of pictures, and cifar10 is none"),
        (DataSpec(source="samples:cifar10", labels="a.csv"), "belongs to a folder"),
        (DataSpec(source=" "), "No data set is named"),
        (DataSpec(source="~nobody-here/photos"), "home directory.*Choose another path"),
    ],
)
def test_what_is_no_data_set_is_refused(spec: DataSpec, message: str) -> None:
    with pytest.raises(LabError, match=message):
        open_set(spec)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real data sets are not here")
def test_real_data_sets_open() -> None:
    photographs = open_set(DataSpec(source=str(SHARED / "imagenet_sample")))
    assert (len(photographs), len(set(photographs.labels)), photographs.labels[0]) == (1000, 430, 305)
    assert photographs.target_labels[0] == 778
    assert photographs.picture(999).size == (299, 299)
    cifar = open_set(DataSpec(source=str(SHARED / "cifar10_test.npz")))
    assert (len(cifar), cifar.data_set, cifar.classes) == (10_000, "cifar10", CIFAR10)
    for image in gallery()[:40]:
        index = int(image.source.removeprefix("CIFAR-10 test image "))
        assert (cifar.labels[index], cifar.picture(index)) == (image.label, open_image(image.path))


def test_an_archive_that_claims_to_be_larger_than_any_memory_is_told(tmp_path: Path) -> None:
    header = io.BytesIO()
    about = {"descr": "|u1", "fortran_order": False, "shape": (10**7, 1000, 1000, 3)}
    np.lib.format.write_array_header_1_0(header, about)
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("images.npy", header.getvalue())
        archive.writestr("labels.npy", header.getvalue())
    with pytest.raises(LabError, match="cannot be read as an archive"):
        open_set(DataSpec(source=str(tmp_path / "a.npz")))


def test_labels_that_are_too_large_to_count_are_told(tmp_path: Path) -> None:
    images = np.zeros((1, 8, 8, 3), np.uint8)
    np.savez(tmp_path / "a.npz", images=images, labels=np.array([2**63], np.uint64))
    with pytest.raises(LabError, match="the labels count from 0"):
        open_set(DataSpec(source=str(tmp_path / "a.npz")))
