"""Intervals against known values, and whether they cover what they claim."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from rnd_lab.primitives.statistics import Estimate, holm, mean, median, paired, share, won_by


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


@given(st.integers(1, 400), st.floats(0, 1))
def test_wilson_intervals_are_scipys(total: int, part: float) -> None:
    count = round(part * total)
    interval = stats.binomtest(count, total).proportion_ci(0.95, method="wilson")
    estimate = share(count, total)
    assert (estimate.low, estimate.high) == pytest.approx((interval.low, interval.high), abs=1e-12)


def test_intervals_overlap_where_they_have_a_point_in_common() -> None:
    assert Estimate(0.1, 0.0, 0.2).overlaps(Estimate(0.3, 0.2, 0.4))
    assert not Estimate(0.1, 0.0, 0.2).overlaps(Estimate(0.4, 0.3, 0.5))
    assert not share(0, 0).overlaps(share(1, 2))


def outcomes(both: int, first_only: int, second_only: int, neither: int) -> tuple[list[bool], list[bool]]:
    """Outcomes of so many pairs of each kind."""
    kinds = [(True, True)] * both + [(True, False)] * first_only
    kinds += [(False, True)] * second_only + [(False, False)] * neither
    return [one for one, _ in kinds], [other for _, other in kinds]


@pytest.mark.parametrize(
    ("table", "low", "high", "p_value"),
    [
        ((1, 1, 7, 12), -0.507, -0.026, 0.0703),  # Fagerland, Lydersen, Laake (2014), airway data
        ((14, 5, 0, 22), 0.011, 0.226, 0.0625),  # Altman, Statistics with Confidence (2000), table 6.2
    ],
)
def test_paired_differences_as_published(
    table: tuple[int, int, int, int], low: float, high: float, p_value: float
) -> None:
    found = paired(*outcomes(*table))
    assert (found.both, found.first_only, found.second_only, found.neither) == table
    assert found.pairs == sum(table)
    assert found.difference.value == pytest.approx((table[1] - table[2]) / sum(table))
    assert (found.difference.low, found.difference.high) == pytest.approx((low, high), abs=5e-4)
    assert found.p_value == pytest.approx(p_value, abs=5e-5)


def test_outcomes_that_never_differ_tell_nothing_apart() -> None:
    found = paired([True] * 20, [True] * 20)
    assert found.p_value == 1
    assert found.difference.value == 0
    assert found.difference.low < 0 < found.difference.high
    assert math.isnan(paired([], []).difference.value)


def test_exchanging_the_two_turns_the_difference_round() -> None:
    first, second = outcomes(20, 9, 2, 14)
    there, back = paired(first, second), paired(second, first)
    assert there.p_value == back.p_value
    assert there.difference.value == -back.difference.value
    assert there.difference.low == pytest.approx(-back.difference.high)


def test_paired_intervals_cover_the_truth_about_as_often_as_they_claim() -> None:
    """400 samples of 60 images: the first fails on 60 %, the second on 40 %, together as chance has it on 30 %."""
    drawn = np.random.default_rng(0).choice(4, p=[0.3, 0.3, 0.1, 0.3], size=(400, 60))
    found = [paired(list(it < 2), list((it == 0) | (it == 2))).difference for it in drawn]
    covered = sum(it.low <= 0.2 <= it.high for it in found)
    assert 0.92 * 400 <= covered < 400


def test_holms_correction_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1, 1]
    assert holm([0.2]) == [0.2]
    assert holm([]) == []


def test_success_curve_counts_games_that_were_not_won_as_not_won() -> None:
    steps = won_by([30, 10, 30], total=5)
    assert list(steps.at) == [0, 10, 30]
    assert list(steps.value) == [0, 0.2, 0.6]
    at_thirty = share(3, 5)
    assert (steps.low[-1], steps.high[-1]) == pytest.approx((at_thirty.low, at_thirty.high))
    assert steps.low[0] == 0 < steps.high[0]


def test_success_curve_without_any_success_is_flat() -> None:
    steps = won_by([], total=8)
    assert (list(steps.at), list(steps.value)) == ([0], [0])
    with pytest.raises(ValueError, match="cannot be won"):
        won_by([1, 2], total=1)
