"""Every interval that the lab prints, in one place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy import stats

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval; all three are NaN where there was nothing to measure."""

    value: float
    low: float
    high: float


NOTHING = Estimate(np.nan, np.nan, np.nan)


def share(count: int, total: int) -> Estimate:
    """A proportion with its Wilson score interval (Wilson 1927)."""
    if total == 0:
        return NOTHING
    interval = stats.binomtest(count, total).proportion_ci(CONFIDENCE, method="wilson")
    return Estimate(count / total, float(interval.low), float(interval.high))


def mean(values: Sequence[float]) -> Estimate:
    """The mean with its bootstrap interval (BCa, Efron 1987; 2,000 resamples, fixed seed)."""
    return _bootstrap(values, np.mean, "BCa")


def median(values: Sequence[float]) -> Estimate:
    """The median with its bootstrap interval (percentile; 2,000 resamples, fixed seed)."""
    return _bootstrap(values, np.median, "percentile")


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
        samples, statistic, n_resamples=2000, confidence_level=CONFIDENCE, method=method, rng=0
    ).confidence_interval
    return Estimate(value, float(interval.low), float(interval.high))
