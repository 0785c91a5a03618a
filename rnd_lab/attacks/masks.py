"""Where patches, blocks and chunks lie."""

import torch
from torch import Tensor


def span(starts: Tensor, lengths: Tensor, size: int) -> Tensor:
    """True from each start for so many places: int64 [n] both → bool [n, size]."""
    places = torch.arange(size, device=starts.device)
    return (places >= starts[:, None]) & (places < (starts + lengths)[:, None])


def square_mask(tops: Tensor, lefts: Tensor, sides: Tensor, height: int, width: int) -> Tensor:
    """True inside each square; int64 [n] all → bool [n, 1, height, width]."""
    return span(tops, sides, height)[:, None, :, None] & span(lefts, sides, width)[:, None, None, :]
