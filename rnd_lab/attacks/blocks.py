"""The blocks that ECO divides an image into: squares of one channel, numbered channel by channel and row by row."""

from dataclasses import dataclass

import torch
from torch import Tensor

from rnd_lab.attacks.masks import square_mask


@dataclass(frozen=True)
class Blocks:
    """Blocks of images of ``shape`` (c, h, w). Sides are in pixels; blocks at the far edges may be cut."""

    shape: tuple[int, int, int]

    def count(self, side: int) -> int:
        """How many blocks of this side there are."""
        channels, height, width = self.shape
        return channels * -(-height // side) * -(-width // side)

    def masks(self, numbers: Tensor, sides: Tensor) -> Tensor:
        """True inside each block: numbers and sides int64 [n] → bool [n, c, h, w]."""
        channel, top, left = self._corners(numbers, sides)
        own = channel[:, None] == torch.arange(self.shape[0], device=channel.device)
        return own[:, :, None, None] & square_mask(top, left, sides, *self.shape[1:])

    def first_values(self, images: Tensor, numbers: Tensor, sides: Tensor) -> Tensor:
        """The value in the upper left corner of blocks: [n, c, h, w], [n, b], [n] → [n, b]."""
        channel, top, left = self._corners(numbers, sides[:, None])
        _, height, width = self.shape
        return images.flatten(1).gather(1, (channel * height + top) * width + left)

    def _corners(self, numbers: Tensor, sides: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Channel, first row and first column."""
        _, height, width = self.shape
        down, across = -(-height // sides), -(-width // sides)
        return numbers // (down * across), numbers // across % down * sides, numbers % across * sides
