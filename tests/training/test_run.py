"""A whole run: from images on the disk to a measured model."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from rnd_lab.models.bundled import read_card
from rnd_lab.primitives.errors import Cancelled, LabError
from rnd_lab.training.at import AtRecipe
from rnd_lab.training.checkpoint import look
from rnd_lab.training.loop import Progress
from rnd_lab.training.run import TrainingRun
from rnd_lab.training.standard import StandardRecipe

RECIPE = StandardRecipe(epochs=2, batch_size=10, rate=0.05)


@pytest.fixture
def images(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    for split in ("train", "test"):
        pixels = rng.integers(0, 256, (12, 32, 32, 3), dtype=np.uint8)
        np.savez(tmp_path / f"cifar10_{split}.npz", images=pixels, labels=np.arange(12) % 10)
    return tmp_path


def run(images: Path, **changes: Any) -> TrainingRun:
    return TrainingRun(**{"recipe": RECIPE, "data": str(images), "out": str(images / "run"), "name": "tiny"} | changes)


def test_a_run_can_be_written_down_and_read_back(images: Path) -> None:
    for recipe in (RECIPE, AtRecipe(steps=3)):
        spec = run(images, recipe=recipe, start="cifar10-resnet20")
        assert TrainingRun.model_validate_json(spec.model_dump_json()) == spec


@pytest.mark.parametrize("name", ["", " ", "a/b"])
def test_a_name_is_that_of_a_file(images: Path, name: str) -> None:
    with pytest.raises(ValidationError, match="without folders"):
        run(images, name=name)


def test_what_is_done_is_told_until_the_model_lies_there(images: Path) -> None:
    told: list[tuple[str, int, int]] = []
    reported: list[Progress] = []
    spec = run(images, start="cifar10-resnet20")
    card = spec.play(report=reported.append, tell=lambda *what: told.append(what))
    assert told[:2] == [("Loading the weights to start from", 0, 0), ("Reading the images", 0, 0)]
    assert told[2:] == [("Measuring the model", done, 36) for done in (12, 24, 36)]
    assert reported[-1].done == reported[-1].total == 4
    assert read_card(spec.weights.with_suffix(".json")) == card
    assert card.start == "cifar10-resnet20"


def test_a_run_that_is_stopped_while_it_is_measured_only_measures_when_it_goes_on(images: Path) -> None:
    spec = run(images, recipe=AtRecipe(epochs=1, batch_size=12))

    def stop(doing: str, done: int, total: int) -> None:
        if done == 36:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        spec.play(tell=stop)
    assert not spec.weights.exists()
    reported: list[Progress] = []
    assert spec.play(report=reported.append).robustness[0].images == 12
    assert reported == []


def test_what_a_folder_holds_can_be_looked_at(images: Path) -> None:
    spec = run(images)
    assert look(spec.folder) is None
    spec.play()
    found = look(spec.folder)
    assert found
    assert found.recipe == RECIPE.model_dump()
    assert [line.epoch for line in found.log] == [1, 2]


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"PK\x03\x04 half of one"])
def test_a_damaged_checkpoint_is_named(images: Path, content: bytes) -> None:
    spec = run(images)
    spec.folder.mkdir()
    (spec.folder / "checkpoint.pt").write_bytes(content)
    for attempt in (lambda: look(spec.folder), spec.play):
        with pytest.raises(LabError, match=r"checkpoint\.pt cannot be read"):
            attempt()


def test_a_folder_that_cannot_be_written_is_told_and_the_last_epoch_kept(images: Path) -> None:
    spec = run(images)

    def block(progress: Progress) -> None:
        if progress.done == 3:
            (spec.folder / "checkpoint.part").mkdir()

    with pytest.raises(LabError, match=r"Epoch 2 cannot be saved.*epochs before it are kept"):
        spec.play(report=block)
    (spec.folder / "checkpoint.part").rmdir()
    found = look(spec.folder)
    assert found
    assert len(found.log) == 1
    (images / "file").write_text("")
    with pytest.raises(LabError, match="There can be no folder"):
        run(images, out=str(images / "file")).play()
