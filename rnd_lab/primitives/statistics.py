"""Every interval that the lab prints, in one place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

CONFIDENCE = 0.95
RESAMPLES = 2000
AT_ONCE = 2_000_000
"""Numbers that a bootstrap holds at a time: 16 MB."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval; all three are NaN where there was nothing to measure."""

    value: float
    low: float
    high: float

    def overlaps(self, other: "Estimate") -> bool:
        """Whether the two intervals have a point in common; never where there was nothing to measure."""
        return self.low <= other.high and other.low <= self.high


NOTHING = Estimate(np.nan, np.nan, np.nan)


@dataclass(frozen=True)
class Steps:
    """A step function with its pointwise 95 % band: from each ``at`` on it has that ``value``; float64 [k] each."""

    at: Floats
    value: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Paired:
    """Two yes-or-no outcomes of the same images: how many pairs had both, one of them alone, or neither.

    ``difference`` is the first's share minus the second's; ``p_value`` tests whether they are the same.
    """

    both: int
    first_only: int
    second_only: int
    neither: int
    difference: Estimate
    p_value: float

    @property
    def pairs(self) -> int:
        """Images that were compared."""
        return self.both + self.first_only + self.second_only + self.neither


def share(count: int, total: int) -> Estimate:
    """A proportion with its Wilson score interval (Wilson 1927)."""
    if total == 0:
        return NOTHING
    low, high = _wilson(np.array([count], float), total)
    return Estimate(count / total, float(low[0]), float(high[0]))


def mean(values: Sequence[float]) -> Estimate:
    """The mean with its bootstrap interval (BCa, Efron 1987; 2,000 resamples, fixed seed).

    Equal values, one alone among them, give an interval without width, which says nothing of its uncertainty.
    """
    return _bootstrap(values, np.mean, "BCa")


def median(values: Sequence[float]) -> Estimate:
    """The median with its bootstrap interval (percentile; 2,000 resamples, fixed seed), which may have no width too."""
    return _bootstrap(values, np.median, "percentile")


def won_by(queries: Sequence[float], total: int) -> Steps:
    """The share of ``total`` games that were won by so many queries, from those that each won game took.

    The other games are censored at the budget, which is the same for all: they count as not won, however far the
    curve is read. The band is of Wilson intervals. Raises ValueError for fewer games than queries.
    """
    if total < max(len(queries), 1):
        raise ValueError(f"{len(queries)} games cannot be won out of {total}")
    at, counts = np.unique(np.asarray(queries, float), return_counts=True)
    at, won = np.concatenate([[0.0], at]), np.concatenate([[0.0], counts.cumsum()])
    low, high = _wilson(won, total)
    return Steps(at, won / total, low, high)


def paired(first: Sequence[bool], second: Sequence[bool]) -> Paired:
    """Compare two outcomes on the same images, given in the same order.

    The p-value is that of McNemar's exact test: twice the smaller binomial tail of the pairs that differ. The interval
    of the difference is Newcombe's tenth method (Statistics in Medicine 17:2635, 1998), which joins the Wilson
    intervals of both shares. Raises ValueError for different lengths.
    """
    kinds = [(bool(one), bool(other)) for one, other in zip(first, second, strict=True)]
    both, first_only, second_only, neither = (
        kinds.count(kind) for kind in ((True, True), (True, False), (False, True), (False, False))
    )
    split = first_only + second_only
    p_value = float(stats.binomtest(first_only, split).pvalue) if split else 1.0
    difference = _paired_difference(both, first_only, second_only, neither)
    return Paired(both, first_only, second_only, neither, difference, p_value)


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values of several tests, adjusted so that any false alarm among all of them is as rare as claimed.

    Holm's step-down method (Scandinavian Journal of Statistics 6:65, 1979); the order is kept.
    """
    values = np.asarray(p_values, float)
    order = values.argsort(kind="stable")
    steps = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    adjusted = np.empty_like(values)
    adjusted[order] = steps.clip(max=1)
    return [float(value) for value in adjusted]


def _wilson(counts: Floats, total: int) -> tuple[Floats, Floats]:
    """Bounds for each of ``counts`` (float64 [k]) out of ``total``."""
    z2 = float(stats.norm.ppf((1 + CONFIDENCE) / 2)) ** 2
    shares = counts / total
    centre = (shares + z2 / (2 * total)) / (1 + z2 / total)
    half = np.sqrt(z2 * (shares * (1 - shares) / total + z2 / (4 * total**2))) / (1 + z2 / total)
    return np.where(counts == 0, 0, centre - half), np.where(counts == total, 1, centre + half)


def _paired_difference(both: int, first_only: int, second_only: int, neither: int) -> Estimate:
    total = both + first_only + second_only + neither
    if total == 0:
        return NOTHING
    first, second = share(both + first_only, total), share(both + second_only, total)
    value = first.value - second.value
    phi = _correlation(both, first_only, second_only, neither)
    low = _joined(first.value - first.low, second.high - second.value, phi)
    high = _joined(first.high - first.value, second.value - second.low, phi)
    return Estimate(value, value - low, value + high)


def _correlation(both: int, first_only: int, second_only: int, neither: int) -> float:
    """Of the two outcomes, with Newcombe's correction for continuity; 0 where one outcome is the same everywhere."""
    margins = (both + first_only, second_only + neither, both + second_only, first_only + neither)
    if 0 in margins:
        return 0.0
    product = float(both * neither - first_only * second_only)
    if product > 0:
        product = max(product - sum(margins[:2]) / 2, 0.0)
    return float(product / np.sqrt(np.prod(np.array(margins, float))))


def _joined(first: float, second: float, phi: float) -> float:
    return float(np.sqrt(max(first**2 - 2 * phi * first * second + second**2, 0)))


def _bootstrap(
    values: Sequence[float], statistic: Callable[..., Any], method: Literal["BCa", "percentile"]
) -> Estimate:
    numbers = np.asarray(values, dtype=float)
    if len(numbers) == 0:
        return NOTHING
    value = float(statistic(numbers))
    if np.ptp(numbers) == 0:
        return Estimate(value, value, value)
    samples: tuple[Any] = (numbers,)
    interval = stats.bootstrap(
        samples,
        statistic,
        n_resamples=RESAMPLES,
        batch=max(AT_ONCE // len(numbers), 1),
        confidence_level=CONFIDENCE,
        method=method,
        rng=0,
    ).confidence_interval
    return Estimate(value, float(interval.low), float(interval.high))
