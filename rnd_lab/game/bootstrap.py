"""Resampling of images, for figures that are no mean."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from rnd_lab.primitives.statistics import RESAMPLES


def resampled(
    images: int, statistic: Callable[[npt.NDArray[np.int64]], float], seed: int = 0
) -> npt.NDArray[np.float64]:
    """Values of ``statistic``, float64 [2000], for samples with replacement: int64 [images] of 0 … images − 1."""
    rng = np.random.default_rng(seed)
    return np.array([statistic(rng.integers(images, size=images)) for _ in range(RESAMPLES)])
