"""What a defense costs on clean images."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from rnd_lab.defenses.blacklight import BlacklightSpec
from rnd_lab.defenses.defense import Answer
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.defenses.temperature import TemperatureSpec
from rnd_lab.game.cost import calibration_error, measure_cost
from rnd_lab.game.forward import Forward
from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.statistics import Estimate
from tests.toys import SHAPE, small_network

IMAGES = torch.rand(80, *SHAPE, generator=torch.Generator().manual_seed(4))


@pytest.fixture(scope="module")
def forward() -> Forward:
    return Forward(small_network())


@pytest.fixture(scope="module")
def labels(forward: Forward) -> Tensor:
    """The network's own answers, but for every fourth image."""
    labels = forward(IMAGES).argmax(1)
    labels[::4] = (labels[::4] + 1) % 4
    return labels


def test_without_a_defense_no_answer_changes(forward: Forward, labels: Tensor) -> None:
    cost = measure_cost(forward, (), IMAGES, labels)
    assert (cost.images, cost.accuracy.value, cost.flips.value, cost.flagged.value) == (80, 0.75, 0, 0)
    assert cost.accuracy.low < 0.75 < cost.accuracy.high
    assert 0 < cost.milliseconds.low <= cost.milliseconds.value <= cost.milliseconds.high


def test_noise_changes_answers_and_the_same_seed_changes_the_same(forward: Forward, labels: Tensor) -> None:
    first, again, other = (measure_cost(forward, (RndSpec(nu=0.5),), IMAGES, labels, seed) for seed in (0, 0, 1))
    assert first.flips.value > 0.1
    assert first.accuracy.value < 0.75
    assert (again.accuracy, again.flips, again.ece) == (first.accuracy, first.flips, first.ece)
    assert other.ece != first.ece


def test_the_images_company_does_not_matter(forward: Forward, labels: Tensor) -> None:
    stack = (RndSpec(nu=0.5),)
    whole = measure_cost(forward, stack, IMAGES, labels).flips.value * 80
    parts = [measure_cost(forward, stack, IMAGES[part], labels[part]) for part in (slice(0, 30), slice(30, 80))]
    assert sum(part.flips.value * part.images for part in parts) == pytest.approx(whole)


def test_a_defense_that_keeps_the_class_changes_the_calibration_only(forward: Forward, labels: Tensor) -> None:
    plain = measure_cost(forward, (), IMAGES, labels)
    cost = measure_cost(forward, (TemperatureSpec(temperature=1e-4),), IMAGES, labels)
    assert (cost.accuracy, cost.flips) == (plain.accuracy, plain.flips)
    assert cost.ece.value == pytest.approx(0.25, abs=1e-3)
    assert plain.ece.value > 0.3


def test_false_alarms_of_a_stateful_defense_are_told(forward: Forward) -> None:
    twice = torch.cat([IMAGES[:10], IMAGES[:10]])
    stack = (BlacklightSpec(window=4, hashes=20, threshold=10),)
    assert measure_cost(forward, stack, twice, torch.zeros(20)).flagged.value == 0.5
    assert measure_cost(forward, (*stack, *stack), twice, torch.zeros(20)).flagged.value == 0.5


def test_more_forwards_take_more_time(labels: Tensor) -> None:
    """The clock is the test's: every run of the network takes one unit of it."""
    now = 0.0

    class Slow(nn.Module):
        def forward(self, images: Tensor) -> Tensor:
            nonlocal now
            now += 1
            return images.mean((2, 3))

    class Thrice(RndSpec):
        def answer(self, images: Tensor, rows: Rows, model: Answer) -> Tensor:
            return torch.stack([model(images) for _ in range(3)]).sum(0)

    with clock(lambda: now):
        cost = measure_cost(Forward(Slow()), (Thrice(),), IMAGES, labels)
    assert cost.slowdown == Estimate(3, 3, 3)
    assert cost.milliseconds.value == pytest.approx(3000 / 64)


@contextmanager
def clock(read: object) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rnd_lab.game.cost.time.perf_counter", read)
        yield


def test_without_images_there_is_nothing_to_measure(forward: Forward) -> None:
    with pytest.raises(LabError, match="Choose at least one"):
        measure_cost(forward, (), IMAGES[:0], torch.zeros(0))


def test_calibration_error_of_answers_with_known_gaps() -> None:
    """Half of the answers are sure and right in three of four cases, half say 0.5 and are right in one of four."""
    confidence = np.repeat([1.0, 0.5], 400)
    correct = np.concatenate([np.tile([True, True, True, False], 100), np.tile([True, False, False, False], 100)])
    found = calibration_error(confidence, correct)
    assert found.value == pytest.approx(0.25)
    assert found.low < 0.25 < found.high
    assert found.high - found.low < 0.15


def test_gaps_in_opposite_directions_cancel_within_a_bin_only() -> None:
    correct = np.array([True, False])
    assert calibration_error(np.array([0.51, 0.51]), correct).value == pytest.approx(0.01)
    assert calibration_error(np.array([0.51, 0.9]), correct).value == pytest.approx((0.49 + 0.9) / 2)


def test_a_calibrated_model_is_called_so() -> None:
    """The plain estimate for 1,000 calibrated answers is some 0.04; its interval reaches far down and little up."""
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.3, 1, 1000)
    found = calibration_error(confidence, rng.random(1000) < confidence)
    assert found.low < found.value / 2
    assert found.high < 0.07
