"""What was measured, on disk."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from torch import nn

from rnd_lab.data.image_set import from_arrays
from rnd_lab.defenses.pni import PniSpec
from rnd_lab.evaluation.stage import Stage
from rnd_lab.gui.calibrate.kept import KeptRows
from rnd_lab.models.classifier import Classifier
from rnd_lab.primitives.errors import LabError

IMAGES = from_arrays("three", "other", np.zeros((3, 8, 8, 3), np.uint8), np.zeros(3, np.int64), None)
STAGE = Stage(Classifier("toy", nn.Identity(), (8, 8), 8, ("a", "b"), "d1", "other", ""), IMAGES, (0, 1, 2))
ROW = np.array([True, False, True])


def kept(folder: Path, stage: Stage = STAGE, inside: tuple[PniSpec, ...] = (), seed: int = 0) -> KeptRows:
    return KeptRows(folder, stage, inside, seed)


def other_model(**changes: Any) -> Stage:
    return replace(STAGE, classifier=replace(STAGE.classifier, **changes))


def test_rows_are_found_again(tmp_path: Path) -> None:
    warned: list[str] = []
    kept(tmp_path).write(0.05, ROW)
    found = kept(tmp_path).read((0, 0.05, 0.1), warned.append)
    assert found.keys() == {0.05}
    assert np.array_equal(found[0.05], ROW)
    assert not warned


@pytest.mark.parametrize(
    "other",
    [
        {"stage": other_model(digest="d2")},
        {"stage": other_model(input_size=(4, 4))},
        {"stage": other_model(resize_to=9)},
        {"stage": replace(STAGE, selection=(0, 2, 1))},
        {"stage": replace(STAGE, images=replace(IMAGES, digest="d3"))},
        {"inside": (PniSpec(),)},
        {"seed": 1},
    ],
)
def test_other_measurements_are_not_taken_for_it(tmp_path: Path, other: Mapping[str, Any]) -> None:
    kept(tmp_path, **other).write(0.05, ROW)
    assert not kept(tmp_path).read((0.05,), lambda text: None)


@pytest.mark.parametrize("content", [b"", b"1011", b"1\x001", "1ν1".encode()])
def test_a_damaged_row_is_told_and_written_anew(tmp_path: Path, content: bytes) -> None:
    warned: list[str] = []
    kept(tmp_path).write(0.05, ROW)
    (file,) = tmp_path.glob("*/*")
    file.write_bytes(content)
    assert not kept(tmp_path).read((0.05,), warned.append)
    assert "measured again" in warned[0]
    kept(tmp_path).write(0.05, ROW)
    assert kept(tmp_path).read((0.05,), warned.append)


def test_a_row_that_cannot_be_kept_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LabError, match="cannot be kept"):
        kept(tmp_path / "file").write(0.05, ROW)
