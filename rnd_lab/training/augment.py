"""Random crops and flips of a whole batch of small images at once."""

import torch
from torch import Tensor
from torch.nn import functional as F

PADDING = 4


def pad(images: Tensor) -> Tensor:
    """Zero-pad uint8 images [n, c, h, w] so that :func:`crop_and_flip` can cut from them."""
    return F.pad(images, (PADDING,) * 4)


def crop_and_flip(padded: Tensor, rows: Tensor, generator: torch.Generator) -> Tensor:
    """Cut a random window of the original size from each chosen padded image and mirror half of them.

    ``padded`` uint8 [n, c, h + 8, w + 8], ``rows`` int64 [b]; returns float32 [b, c, h, w] in [0, 1].
    """
    count = len(rows)
    height, width = padded.shape[-2] - 2 * PADDING, padded.shape[-1] - 2 * PADDING
    top = torch.randint(2 * PADDING + 1, (count, 1), generator=generator)
    left = torch.randint(2 * PADDING + 1, (count, 1), generator=generator)
    mirrored = torch.rand(count, 1, generator=generator) < 0.5
    x = torch.arange(width).expand(count, -1)
    x = left + torch.where(mirrored, width - 1 - x, x)
    y = top + torch.arange(height)
    cut = padded[rows[:, None, None], :, y[:, :, None], x[:, None, :]]  # [b, h, w, c]
    return cut.permute(0, 3, 1, 2).to(torch.float32).div_(255)
