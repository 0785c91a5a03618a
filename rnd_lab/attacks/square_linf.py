"""Square under ℓ∞ (Andriushchenko et al., ECCV 2020, Algorithm 2)."""

import torch
from torch import Tensor

from rnd_lab.attacks.attack import Arena
from rnd_lab.attacks.masks import square_mask
from rnd_lab.attacks.patches import corner, side_at
from rnd_lab.attacks.search import SearchAttack


class SquareLinf(SearchAttack):
    """Start from vertical stripes of ±ε; a probe sets one patch to a random ±ε per channel.

    A colour that the patch has already is redrawn among the others, as in the paper's own evaluation.
    """

    def __init__(self, arena: Arena, p: float, remeasure: bool) -> None:
        super().__init__(arena, remeasure)
        self.p = p

    def opening(self, slots: Tensor) -> Tensor:
        channels, _, width = self.arena.shape
        stripes = self.rows(slots).signs("stripes", (channels, 1, width))
        return self.project(self.image[slots] + self.arena.epsilon * stripes, slots)

    def propose(self, slots: Tensor) -> Tensor:
        channels, height, width = self.arena.shape
        draws = self.rows(slots).uniform("patch", (3 + channels,))
        sides = self._sides(slots)
        tops, lefts = corner(draws[:, 0], sides, height), corner(draws[:, 1], sides, width)
        inside = square_mask(tops, lefts, sides, height, width)
        image, iterate = self.image[slots], self.iterate[slots]
        low, high = (self.project(image + colour, slots) for colour in (-self.arena.epsilon, self.arena.epsilon))
        raised = draws[:, 3:] < 0.5
        painted = torch.where(raised[:, :, None, None], high, low)
        idle = ((painted == iterate) | ~inside).flatten(1).all(1)
        raised ^= idle[:, None] & _some_channels(draws[:, 2], channels)
        painted = torch.where(raised[:, :, None, None], high, low)
        return torch.where(inside, painted, iterate)

    def _sides(self, slots: Tensor) -> Tensor:
        _, height, width = self.arena.shape
        steps = (self.steps[slots] - 1).tolist()  # the first step asked for the stripes
        sides = [side_at(self.p, step, self.most_steps, height, width) for step in steps]
        return torch.tensor(sides, device=slots.device).clamp(1, min(height, width))


def _some_channels(draws: Tensor, channels: int) -> Tensor:
    """A uniform choice among the non-empty sets of channels, from uniform ``draws`` [n]; bool [n, channels]."""
    chosen: Tensor = 1 + (draws * (2**channels - 1)).long()
    bits: Tensor = 2 ** torch.arange(channels, device=draws.device)
    return chosen[:, None].bitwise_and(bits).gt(0)
