"""Intervals against known values, and whether they cover what they claim."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnd_lab.primitives.statistics import Estimate, mean, median, share


@pytest.mark.parametrize(
    ("count", "total", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_intervals_as_published(count: int, total: int, low: float, high: float) -> None:
    """Table I of Newcombe, Statistics in Medicine 17 (1998), method 3."""
    estimate = share(count, total)
    assert estimate.value == count / total
    assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=5e-5)


def test_nothing_measured_is_not_a_number() -> None:
    for estimate in (share(0, 0), mean([]), median([])):
        assert all(math.isnan(number) for number in (estimate.value, estimate.low, estimate.high))


def test_values_that_are_all_alike_have_no_spread() -> None:
    assert mean([3]) == median([3.0, 3.0, 3.0]) == Estimate(3, 3, 3)


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=12))
def test_intervals_surround_the_value_and_stay_within_the_data(values: list[int]) -> None:
    for estimate in (mean(values), median(values)):
        assert min(values) <= estimate.low <= estimate.value <= estimate.high <= max(values)
    assert mean(values).value == pytest.approx(sum(values) / len(values))


def test_the_same_values_give_the_same_interval() -> None:
    values = [3.0, 9.0, 4.0, 100.0, 7.0]
    assert mean(values) == mean(values)
    assert median(values).value == 7


def test_intervals_cover_the_truth_about_as_often_as_they_claim() -> None:
    """Query counts are skewed: 150 samples of 40 exponential numbers of mean 500."""
    samples = np.random.default_rng(0).exponential(500, (150, 40))
    means, medians = [mean(list(sample)) for sample in samples], [median(list(sample)) for sample in samples]
    covered = sum(estimate.low <= 500 <= estimate.high for estimate in means)
    assert 0.88 * 150 <= covered < 150
    covered = sum(estimate.low <= 500 * math.log(2) <= estimate.high for estimate in medians)
    assert 0.88 * 150 <= covered < 150
    assert all(estimate.high - estimate.low > 100 for estimate in means)
