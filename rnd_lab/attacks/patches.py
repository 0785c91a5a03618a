"""Square's patches (Andriushchenko et al., ECCV 2020): how large they are at which step, and where they go."""

import math

from torch import Tensor

HALVED_AT = (10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000)
"""Steps, of a budget of 10,000, after which the patch's share of the image is halved once more."""


def share_at(p: float, step: int, budget: int) -> float:
    """Share of the image in a patch at ``step`` (0 is the first patch): p, halved at the scaled :data:`HALVED_AT`."""
    scaled = step / budget * 10_000
    return p / 2.0 ** sum(scaled > at for at in HALVED_AT)


def side_at(p: float, step: int, budget: int, height: int, width: int) -> int:
    """Side in pixels, not rounded to what fits, of the square with :func:`share_at` of a height × width image."""
    return round(math.sqrt(share_at(p, step, budget) * height * width))


def corner(draws: Tensor, sides: Tensor, size: int) -> Tensor:
    """First row (or column) of squares that fit ``size``: uniform ``draws`` in [0, 1) and ``sides`` [n] → int64 [n]."""
    return (draws * (size - sides + 1)).long()
