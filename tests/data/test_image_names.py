"""One image of a data set by name, so that one game of an evaluation can be played again alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnd_lab.data.set_names import image_name, read_image_name
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.data.sets import find_image, open_set, select
from rnd_lab.primitives.errors import LabError
from tests.data.conftest import write_picture

PATHS = st.text(st.characters(exclude_characters="?", exclude_categories=["Cs"]), min_size=1)


@given(PATHS, st.none() | PATHS, st.integers(0, 99_999))
def test_a_name_leads_back_to_the_same_set_and_index(source: str, labels: str | None, index: int) -> None:
    spec = DataSpec(source=source, labels=labels, images=10, seed=3)
    assert read_image_name(image_name(spec, index)) == (DataSpec(source=source, labels=labels), index)


def test_names_are_short_and_plain() -> None:
    assert image_name(DataSpec(source="cifar10", images=5), 123) == "cifar10#123"
    assert image_name(DataSpec(source="/p", labels="/l.csv"), 7) == "/p?labels=/l.csv#7"


@pytest.mark.parametrize(
    "name", ["ship-01", "photo.png", "#7", "a#", "a#b", "a#-1", "a#1.png", "a#" + "9" * 5000, "a#²"]
)
def test_other_names_are_left_to_the_gallery_and_to_files(name: str) -> None:
    assert find_image(name) is None


def test_a_chosen_image_is_found_again(tmp_path: Path) -> None:
    for seed in range(6):
        write_picture(tmp_path / "photos" / f"{seed}.png", seed)
    (tmp_path / "l.csv").write_text(
        "file,label,target_label\n" + "".join(f"{i}.png,{i % 3},{i + 1}\n" for i in range(6))
    )
    spec = DataSpec(source=str(tmp_path / "photos"), labels=str(tmp_path / "l.csv"), images=4, seed=1)
    chosen_from = open_set(spec)
    for index in select(chosen_from, spec.images, spec.seed):
        found = find_image(image_name(spec, index))
        assert found is not None
        image_set, place = found
        assert image_set.picture(place).tobytes() == chosen_from.picture(index).tobytes()
        assert (image_set.labels[place], image_set.target_labels[place]) == (index % 3, index + 1)


def test_a_file_of_such_a_name_is_a_file(tmp_path: Path) -> None:
    write_picture(tmp_path / "scan#7")
    assert find_image(str(tmp_path / "scan#7")) is None


def test_an_index_that_the_set_lacks_is_refused() -> None:
    with pytest.raises(LabError, match=r"samples:cifar10 has 40 images \(0 … 39\), and no image 40"):
        find_image("samples:cifar10#40")
