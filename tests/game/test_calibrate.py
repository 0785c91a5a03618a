"""Accuracy over ν, and the largest ν that costs little."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from rnd_lab.data.image_set import from_arrays
from rnd_lab.defenses.pni import PniSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.game.calibrate import (
    HELD,
    AccuracyCurve,
    Batch,
    CleanImages,
    ask_clean,
    bearing,
    defense_inside,
    grid,
    largest_nu,
    read_inputs,
)
from rnd_lab.game.cost import defended_logits, keys_of
from rnd_lab.game.forward import Forward
from rnd_lab.models.classifier import Classifier
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError
from tests.defenses.inside_rules import network, saved_pni
from tests.toys import SHAPE, small_network

IMAGES = torch.rand(60, *SHAPE, generator=torch.Generator().manual_seed(6))


@pytest.fixture(scope="module")
def forward() -> Forward:
    return Forward(small_network())


@pytest.fixture(scope="module")
def labels(forward: Forward) -> Tensor:
    return forward(IMAGES).argmax(1)


def losing(nus: tuple[float, ...], lost: list[int], images: int) -> AccuracyCurve:
    """A curve that loses so many of the images under each ν."""
    correct = np.ones((len(nus), images), bool)
    for row, count in zip(correct, lost, strict=True):
        row[:count] = False
    return AccuracyCurve(nus, correct)


def measured(forward: Forward, batches: Iterable[Batch], nus: tuple[float, ...]) -> AccuracyCurve:
    return AccuracyCurve.of({it.nu: it.correct for it in ask_clean(forward, batches, nus) if it.correct is not None})


def batch(labels: Tensor, cut: slice = slice(None), seed: int = 0) -> Batch:
    return Batch(IMAGES[cut], labels[cut], keys_of(IMAGES[cut], seed))


def test_accuracy_falls_from_the_clean_one(forward: Forward, labels: Tensor) -> None:
    nus = grid([0.5, 0.02, 1])
    assert nus == (0, 0.02, 0.5, 1)
    accuracies = measured(forward, [batch(labels)], nus).accuracies
    assert accuracies[0].value == 1
    assert accuracies[-1].value < 0.9
    assert all(accuracy.low <= accuracy.value <= accuracy.high for accuracy in accuracies)


def test_batches_give_what_the_whole_gives_and_tell_after_each(forward: Forward, labels: Tensor) -> None:
    whole = measured(forward, [batch(labels)], (0, 0.3))
    cuts = [batch(labels, cut) for cut in (slice(0, 7), slice(7, 41), slice(41, 60))]
    assert np.array_equal(measured(forward, cuts, (0, 0.3)).correct, whole.correct)
    assert not np.array_equal(measured(forward, [batch(labels, seed=1)], (0, 0.3)).correct, whole.correct)
    told = [(it.nu, it.images, it.correct is not None) for it in ask_clean(forward, cuts, (0, 0.3))]
    assert told == [(nu, *rest) for nu in (0, 0.3) for rest in ((7, False), (34, False), (19, True))]


@pytest.mark.parametrize(
    ("lost", "max_loss", "expected"),
    [
        ([0, 5, 10, 30], 0.01, 0.02),
        ([0, 5, 11, 30], 0.01, 0.01),
        ([0, 5, 11, 30], 0.05, 0.03),
        ([0, 20, 0, 0], 0.01, 0.0),
        ([50, 55, 60, 61], 0.01, 0.02),
    ],
)
def test_the_largest_nu_is_the_last_before_the_loss_is_too_much(
    lost: list[int], max_loss: float, expected: float
) -> None:
    curve = losing((0, 0.01, 0.02, 0.03), lost, 1000)
    assert largest_nu(curve, max_loss).value == expected


def test_its_interval_lies_on_the_grid_and_narrows_with_more_images() -> None:
    nus = (0, 0.01, 0.02, 0.03, 0.04, 0.05)
    few = largest_nu(losing(nus, [0, 0, 1, 2, 3, 4], 200))
    many = largest_nu(losing(nus, [0, 0, 100, 200, 300, 400], 20000))
    assert few.value == many.value == 0.03
    for found in (few, many):
        assert {found.low, found.value, found.high} <= set(nus)
        assert found.low <= found.value <= found.high
    assert few.high - few.low > many.high - many.low


def test_losses_are_paired() -> None:
    """Whether the clean image is right is the same chance for all ν, so it widens nothing."""
    rng = np.random.default_rng(0)
    clean = rng.random(2000) < 0.5
    assert largest_nu(AccuracyCurve((0, 0.1), np.stack([clean, clean]))) == largest_nu(losing((0, 0.1), [0, 0], 2000))


def test_the_bootstrap_by_kinds_is_the_bootstrap_of_images() -> None:
    curve = losing((0, 0.01, 0.02), [0, 20, 60], 1000)
    rng = np.random.default_rng(3)
    rows = rng.integers(1000, size=(2000, 1000))
    plain = [curve.correct[:, row].mean(1) for row in rows]
    losses = np.array([it[0] - it for it in plain])
    assert np.allclose(curve.resampled_losses.mean(0), losses.mean(0), atol=3e-4)
    assert np.allclose(curve.resampled_losses.std(0), losses.std(0), rtol=0.08)


def test_a_model_that_bears_all_that_was_tried_is_marked_so() -> None:
    nus = (0, 0.01, 0.02)
    answer = bearing(losing(nus, [10, 10, 11], 1000), 0.01)
    assert (answer.clean.value, answer.largest.value, answer.there.value) == (0.99, 0.02, 0.989)
    assert answer.open
    assert answer.open_interval
    answer = bearing(losing(nus, [0, 10, 12], 1000), 0.01)
    assert (answer.open, answer.open_interval, answer.largest.value) == (False, True, 0.01)
    assert not bearing(losing(nus, [0, 10, 500], 1000), 0.01).open_interval


@pytest.mark.parametrize("held", [0, HELD])
def test_a_data_set_is_read_in_batches_and_again_where_it_is_not_held(
    monkeypatch: pytest.MonkeyPatch, forward: Forward, held: int
) -> None:
    monkeypatch.setattr("rnd_lab.game.calibrate.HELD", held)
    monkeypatch.setattr("rnd_lab.game.calibrate.LARGEST_BATCH", 4)
    pixels = np.random.default_rng(1).integers(0, 256, (10, *SHAPE[1:], 3), dtype=np.uint8)
    images = from_arrays("ten", "other", pixels, np.arange(10) % 3, None)
    read: list[int] = []

    def picture(index: int) -> Image.Image:
        read.append(index)
        return images.picture(index)

    height, width = SHAPE[1:]
    classifier = Classifier("toy", forward.network, (height, width), height, ("a", "b", "c"), "", "other", "")
    batches = CleanImages(classifier, replace(images, picture=picture), range(1, 10), seed=5)
    found = measured(forward, batches, (0, 0.2))
    assert len(read) == (18 if held == 0 else 9)
    inputs, labels = read_inputs(classifier, images, range(1, 10))
    assert np.array_equal(
        measured(forward, [Batch(inputs, labels, keys_of(inputs, 5))], (0, 0.2)).correct, found.correct
    )
    assert [len(it.labels) for it in batches] == [4, 4, 1]
    assert [key for it in batches for key in it.keys] == keys_of(inputs, 5)


def test_an_interval_holds_its_value() -> None:
    """Each ν costs just what is allowed, each other images: almost every resample has one that costs more."""
    correct = np.ones((12, 1000), bool)
    for place in range(1, 12):
        correct[place, 10 * place : 10 * place + 10] = False
    answer = bearing(AccuracyCurve(tuple(place / 100 for place in range(12)), correct), 0.01)
    assert answer.largest.low < answer.largest.value == answer.largest.high == 0.11
    assert answer.open
    assert answer.open_interval


def test_the_defense_inside_a_model_is_named_by_its_card(tmp_path: Path) -> None:
    own = saved_pni(tmp_path)
    assert defense_inside(own) == (PniSpec(),)
    for source in ("cifar10-resnet20", "torchvision:resnet18", str(tmp_path / "own.pt")):
        assert defense_inside(ModelSpec(source=source)) == ()
    card = tmp_path / "own.json"
    card.write_text(card.read_text().replace('"defense": "pni"', '"defense": "newer"'))
    with pytest.raises(LabError, match="Update the lab"):
        defense_inside(own)


def test_the_defense_inside_a_model_is_on() -> None:
    forward = Forward(network("resnet20-pni"))
    inputs = torch.rand(24, 3, 32, 32, generator=torch.Generator().manual_seed(2))
    labels, keys = forward(inputs).argmax(1), keys_of(inputs, 0)
    found = list(ask_clean(forward, [Batch(inputs, labels, keys)], (0, 0.1), (PniSpec(),)))
    for it in found:
        answers = defended_logits(forward, (RndSpec(nu=it.nu), PniSpec()), inputs, keys)
        assert it.correct is not None
        assert np.array_equal(it.correct, (answers.argmax(1) == labels).numpy())
        assert not it.correct.all()


def test_what_cannot_be_measured_is_refused(forward: Forward) -> None:
    with pytest.raises(LabError, match="at least one"):
        list(ask_clean(forward, [], (0,)))
    with pytest.raises(LabError, match=r"-0\.2"):
        grid([0.1, -0.2])
