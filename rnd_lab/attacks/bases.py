"""Orthonormal bases of images: single pixels, and the waves of the discrete cosine transform."""

import math
from typing import Literal

import torch
from torch import Tensor

Basis = Literal["pixel", "dct"]


def matrix(basis: Basis, size: int) -> Tensor:
    """The basis of one axis, a vector in each row: float32 [size, size]. An image's basis is the outer products.

    The DCT-II is √(2/n) cos(π(j + ½)k/n), and √(1/n) for k = 0.
    """
    if basis == "pixel":
        return torch.eye(size)
    k, j = torch.arange(size, dtype=torch.float64)[:, None], torch.arange(size, dtype=torch.float64)
    waves = math.sqrt(2 / size) * torch.cos(math.pi * (j + 0.5) * k / size)
    waves[0] = math.sqrt(1 / size)
    return waves.to(torch.float32)


def frequency_rings(height: int, width: int, frequencies: int, stride: int) -> Tensor:
    """How soon each frequency pair is used: 0 for the lowest ``frequencies``, 1 for the next ``stride`` …; [h·w]."""
    highest = torch.maximum(torch.arange(height)[:, None], torch.arange(width)[None, :]).flatten()
    return (highest - frequencies + stride).div(stride, rounding_mode="floor").clamp_min(0)
