"""Accuracy over ν, and the largest ν that costs little."""

import numpy as np
import pytest
import torch
from torch import Tensor

from rnd_lab.game.calibrate import AccuracyCurve, accuracy_curve, join, largest_nu
from rnd_lab.game.forward import Forward
from rnd_lab.primitives.errors import LabError
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


def test_accuracy_falls_from_the_clean_one(forward: Forward, labels: Tensor) -> None:
    curve = accuracy_curve(forward, IMAGES, labels, [0.5, 0.02, 1])
    assert curve.nus == (0, 0.02, 0.5, 1)
    accuracies = curve.accuracies
    assert accuracies[0].value == 1
    assert accuracies[-1].value < 0.9
    assert all(accuracy.low <= accuracy.value <= accuracy.high for accuracy in accuracies)


def test_parts_joined_are_the_whole(forward: Forward, labels: Tensor) -> None:
    whole = accuracy_curve(forward, IMAGES, labels, [0.3])
    cuts = (slice(0, 7), slice(7, 41), slice(41, 60))
    joined = join([accuracy_curve(forward, IMAGES[cut], labels[cut], [0.3]) for cut in cuts])
    assert np.array_equal(joined.correct, whole.correct)
    assert not np.array_equal(accuracy_curve(forward, IMAGES, labels, [0.3], seed=1).correct, whole.correct)


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


@pytest.mark.parametrize(("images", "nus", "words"), [(0, [0.1], "at least one"), (5, [0.1, -0.2], "-0.2")])
def test_what_cannot_be_measured_is_refused(forward: Forward, images: int, nus: list[float], words: str) -> None:
    with pytest.raises(LabError, match=words):
        accuracy_curve(forward, IMAGES[:images], torch.zeros(images), nus)
