"""A whole run: from images on the disk to a measured model."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
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


@pytest.mark.parametrize("name", ["", " ", "a/b", "a\\b", "..", "a.", " a", "a ", "a?", "a:b", "a\n"])
def test_a_name_is_that_of_a_file(images: Path, name: str) -> None:
    with pytest.raises(ValidationError, match="without folders"):
        run(images, name=name)


@pytest.mark.parametrize(
    "changes",
    [{"name": "log"}, {"name": "Log"}, {"name": "ü" * 101}]
    + [{field: path} for field in ("data", "test_data", "out") for path in ("~nosuchuser/x", "x" * 300)],
)
def test_names_and_paths_that_cannot_be_are_refused(images: Path, changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match=r"must be another one|is too long|cannot be used"):
        run(images, **changes)


def test_the_test_images_are_others_than_those_learnt_from(images: Path) -> None:
    alone = images / "cifar10_train.npz"
    with pytest.raises(LabError, match="Give other test images"):
        run(images, data=str(alone)).play()
    assert not run(images).folder.exists()


def test_a_model_is_known_to_be_that_of_its_run_alone(images: Path) -> None:
    spec = run(images, recipe=StandardRecipe(epochs=1, batch_size=12))
    assert not spec.made_model
    spec.play()
    assert spec.made_model
    for changes in ({"data": "x"}, {"test_data": "x"}, {"start": "cifar10-resnet20"}):
        assert not spec.model_copy(update=changes).made_model
    spec.folder.rename(images / "moved")
    assert spec.model_copy(update={"out": str(images / "moved")}).made_model


def test_a_model_of_another_origin_is_not_overwritten(images: Path) -> None:
    """It may be the only copy, and the very one that training starts from."""
    other = run(images, recipe=StandardRecipe(epochs=1, batch_size=12), name="mine", out=str(images / "models"))
    other.play()
    before = other.weights.read_bytes()
    (other.folder / "checkpoint.pt").unlink()
    for changes in ({"recipe": RECIPE}, {"start": str(other.weights)}):
        with pytest.raises(LabError, match="there is a model mine already, which is not of this run"):
            other.model_copy(update=changes).play()
    other.weights.with_suffix(".json").unlink()
    other.weights.with_suffix(".run.json").unlink()
    with pytest.raises(LabError, match="there is a model mine already"):
        other.play()
    assert other.weights.read_bytes() == before
    assert look(other.folder) is None
    assert run(images, recipe=RECIPE, name="another", out=other.out).play().name == "another"


def test_a_model_of_this_very_training_is_written_again(images: Path) -> None:
    """Its folder may have been moved together with the images, or the run been cut off before it had written all."""
    spec = run(images)
    card = spec.play()
    spec.weights.with_suffix(".run.json").unlink()
    spec.weights.unlink()
    assert spec.play() == card
    assert spec.made_model


def test_a_second_run_in_the_folder_is_refused_until_the_first_has_ended(images: Path) -> None:
    spec = run(images)

    def begin_another(progress: Progress) -> None:
        spec.play()

    with pytest.raises(LabError, match="Another run trains in"):
        spec.play(report=begin_another)
    assert look(spec.folder) is None
    assert spec.play().name == "tiny"


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


@pytest.mark.parametrize(
    ("part", "content"), [("log", [{"epoch": 1, "mood": "good"}]), ("network", {"odd": 1}), ("optimizer", {"odd": 1})]
)
def test_a_checkpoint_of_another_version_is_named(images: Path, part: str, content: object) -> None:
    spec = run(images)
    spec.play()
    path = spec.folder / "checkpoint.pt"
    torch.save(torch.load(path) | {part: content}, path)
    with pytest.raises(LabError, match=r"checkpoint\.pt cannot be read"):
        spec.play()


def test_a_device_that_is_not_there_is_told_before_anything_is_made(images: Path) -> None:
    with pytest.raises(LabError, match="The device 'cud' cannot be used here"):
        run(images).play("cud")
    assert not run(images).folder.exists()


def test_too_little_memory_is_told_with_what_to_do(images: Path) -> None:
    def scarce(progress: Progress) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    with pytest.raises(LabError, match="not enough memory for this training"):
        run(images).play(report=scarce)


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
    assert len(found.log) == len(json.loads((spec.folder / "log.json").read_text())) == 1
    (spec.folder / "log.json.part").mkdir()
    with pytest.raises(LabError, match="Epoch 2 is kept, but its log cannot be written"):
        spec.play()
    (spec.folder / "log.json.part").rmdir()
    spec.play()
    assert [line["epoch"] for line in json.loads((spec.folder / "log.json").read_text())] == [1, 2]
    assert len((spec.folder / "log.csv").read_text().splitlines()) == 3
    (images / "file").write_text("")
    with pytest.raises(LabError, match="There can be no folder"):
        run(images, out=str(images / "file")).play()
