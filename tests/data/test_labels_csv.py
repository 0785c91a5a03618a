"""Folders of pictures with a CSV of labels."""

from pathlib import Path

import numpy as np
import pytest

from rnd_lab.data.image_set import ImageSet
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.data.sets import open_set
from rnd_lab.primitives.errors import LabError
from tests.data.conftest import noise, write_picture


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures without labels."""
    for seed, name in enumerate(("b.png", "a.JPEG", "more/c.png")):
        write_picture(tmp_path / "photos" / name, seed)
    return tmp_path / "photos"


def opened(folder: Path, text: str, encoding: str = "utf-8") -> ImageSet:
    (folder / "labels.csv").write_text(text, encoding=encoding)
    return open_set(DataSpec(source=str(folder)))


def test_the_csv_gives_order_labels_and_targets(folder: Path) -> None:
    images = opened(folder, "author,file,label,target_label\nme,more/c.png,7,8\nme,b.png,0,\n")
    assert (images.name, images.names) == ("photos", ("more/c.png", "b.png"))
    assert (images.labels, images.target_labels) == ((7, 0), (8, None))
    assert (images.data_set, images.classes) == ("other", None)
    assert np.array_equal(np.asarray(images.picture(0)), noise(2))


@pytest.mark.parametrize("header", ["image,label", "ImageId,Label", " FILE , label "])
def test_usual_headers_are_understood_also_as_spreadsheets_write_them(folder: Path, header: str) -> None:
    images = opened(folder, f"{header}\r\nb.png,3\r\na, 4 \r\n\r\n", encoding="utf-8-sig")
    assert (images.names, images.labels) == (("b.png", "a"), (3, 4))
    assert np.array_equal(np.asarray(images.picture(1)), noise(1))


def test_the_csv_may_lie_elsewhere(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("file,label\nb.png,5\n")
    (folder / "labels.csv").write_text("file,label\nb.png,1\n")
    assert open_set(DataSpec(source=str(folder), labels=str(tmp_path / "other.csv"))).labels == (5,)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ImageId,TrueLabel\nb,3\n", "columns ImageId, TrueLabel. It needs .*'label', the class counted from 0"),
        ("name;label\nb.png;3\n", "columns name;label"),
        ("", "columns nothing"),
        ("file,label\n", "lists no pictures"),
        ("file,label\nb.png,cat\n", "line 2: 'cat' is no label"),
        ("file,label\nb.png,1\na,-1\n", "line 3: '-1' is no label"),
        ("file,label\nb.png\n", "line 2: '' is no label"),
        ("file,label\n,3\n", "line 2: the name of the picture is missing"),
        ("file,label,target_label\nb.png,3,dog\n", "line 2: 'dog' is no label"),
        ("file,label\nd.png,3\n", "lists 'd.png', but there is no such picture in .*photos"),
        ("file,label\nb.png,3\nb.png,4\n", "lists 'b.png' twice"),
        ("file,label\nb,3\n./b.png,3\n", r"lists './b.png' twice"),
        (f"file,label\nb.png,{'9' * 5000}\n", "is no label"),
    ],
)
def test_what_is_wrong_with_the_csv_is_told(folder: Path, text: str, message: str) -> None:
    with pytest.raises(LabError, match=message):
        opened(folder, text)


def test_links_to_one_file_are_pictures_of_their_own(folder: Path) -> None:
    (folder / "link.png").symlink_to(folder / "b.png")
    assert len(opened(folder, "file,label\nb.png,3\nlink.png,3\n").labels) == 2


def test_a_csv_that_cannot_be_read_is_named(folder: Path) -> None:
    with pytest.raises(LabError, match=r"nowhere\.csv cannot be read"):
        open_set(DataSpec(source=str(folder), labels="nowhere.csv"))
    (folder / "labels.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LabError, match=r"labels\.csv cannot be read"):
        open_set(DataSpec(source=str(folder)))
