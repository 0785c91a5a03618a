"""Square under ℓ2 (Andriushchenko et al., ECCV 2020, Algorithm 3)."""

from functools import cache

import torch
from torch import Tensor

from rnd_lab.attacks.attack import Arena
from rnd_lab.attacks.masks import square_mask
from rnd_lab.attacks.patches import corner, side_at
from rnd_lab.attacks.search import SearchAttack
from rnd_lab.primitives.geometry import l2, unit_step

_TILES = 5


class SquareL2(SearchAttack):
    """Start from a grid of bumps; a probe moves what a second window holds of ε into a new bump in a first window."""

    def __init__(self, arena: Arena, p: float, remeasure: bool) -> None:
        super().__init__(arena, remeasure)
        self.p = p

    def opening(self, slots: Tensor) -> Tensor:
        grid = unit_step(self._grid(slots), "l2")
        return self.project(self.image[slots] + self.arena.epsilon * grid, slots)

    def propose(self, slots: Tensor) -> Tensor:
        channels, height, width = self.arena.shape
        draws = self.rows(slots).uniform("patch", (5 + channels,))
        sides = self._sides(slots)
        tops, lefts = corner(draws[:, 0], sides, height), corner(draws[:, 1], sides, width)
        first = square_mask(tops, lefts, sides, height, width)
        others = corner(draws[:, 2], sides, height), corner(draws[:, 3], sides, width)
        second = square_mask(*others, sides, height, width)
        bumps = _place(tops, lefts, sides, draws[:, 4] < 0.5, height, width)[:, None]
        signs = torch.where(draws[:, 5:, None, None] < 0.5, -1.0, 1.0)
        image = self.image[slots]
        return self.project(image + self._moved(self.iterate[slots] - image, first, second, signs * bumps), slots)

    def _moved(self, delta: Tensor, first: Tensor, second: Tensor, bumps: Tensor) -> Tensor:
        """Steps 4 to 11 of Algorithm 3: ``delta`` and ``bumps`` [n, c, h, w], window masks [n, 1, h, w]."""
        windows = first | second
        unused = (self.arena.epsilon**2 - _energy(delta).sum(1, keepdim=True)).clamp_min(0)
        available = (_energy(delta * windows) + unused / self.arena.shape[0]).sqrt()
        bump = bumps + _unit(delta * first)
        return torch.where(windows, available[:, :, None, None] * _unit(bump), delta)

    def _sides(self, slots: Tensor) -> Tensor:
        """Odd sides of at least 3 pixels that fit the image, int64 [n]."""
        _, height, width = self.arena.shape
        steps = (self.steps[slots] - 1).tolist()  # the first step asked for the grid
        largest = (min(height, width) - 1) // 2 * 2 + 1
        sides = [side_at(self.p, step, self.most_steps, height, width) for step in steps]
        return torch.tensor(sides, device=slots.device).clamp_min(3).bitwise_or(1).clamp_max(largest)

    def _grid(self, slots: Tensor) -> Tensor:
        """5 × 5 bumps in the middle of the image with random signs per channel, float32 [n, c, h, w]."""
        channels, height, width = self.arena.shape
        side = max(min(height, width) // _TILES, 1)
        down, across = height // side, width // side
        rows = self.rows(slots)
        signs = rows.signs("tile signs", (channels, down, across)).repeat_interleave(side, 2).repeat_interleave(side, 3)
        lying = rows.uniform("tile turns", (down, across, 1, 1)) < 0.5
        tile = bump(side).to(self.arena.device)
        tiles = torch.where(lying, tile.T, tile).transpose(2, 3).reshape(len(slots), 1, down * side, across * side)
        grid = torch.zeros(len(slots), *self.arena.shape, device=self.arena.device)
        top, left = (height - down * side) // 2, (width - across * side) // 2
        grid[:, :, top : top + down * side, left : left + across * side] = signs * tiles
        return grid


@cache
def bump(side: int) -> Tensor:
    """The η of the paper's (2): a raised half above a lowered half, of length 1 together; float32 [side, side]."""
    half = side // 2
    both = torch.cat([_hill(half, side), -_hill(side - half, side)])
    return both / l2(both[None])


def _hill(height: int, width: int) -> Tensor:
    """Rings around the middle: Σ 1/(j + 1)² from each place's ring j outwards; float32 [height, width]."""
    rows = (torch.arange(height) - height // 2).abs()
    columns = (torch.arange(width) - width // 2).abs()
    ring = torch.maximum(rows[:, None], columns[None, :])
    weights = torch.arange(1, max(height, width) // 2 + 2).square().reciprocal()
    outwards: Tensor = weights.flip(0).cumsum(0).flip(0)
    return outwards[ring]


def _place(tops: Tensor, lefts: Tensor, sides: Tensor, lying: Tensor, height: int, width: int) -> Tensor:
    """Bumps, turned where ``lying``, at their places in empty images; float32 [n, height, width]."""
    placed = torch.zeros(len(sides), height, width, device=sides.device)
    for side in sorted(set(sides.tolist())):
        rows = torch.nonzero(sides == side)[:, :, None]
        steps = torch.arange(side, device=sides.device)
        shape = bump(side).to(sides.device)
        down, across = tops[rows] + steps[None, :, None], lefts[rows] + steps[None, None, :]
        placed[rows, down, across] = torch.where(lying[rows], shape.T, shape)
    return placed


def _energy(delta: Tensor) -> Tensor:
    """Squared length of each channel: float32 [n, c, h, w] → [n, c]."""
    return delta.square().sum(3).sum(2)


def _unit(delta: Tensor) -> Tensor:
    """Each channel scaled to length 1, or left empty; float32 [n, c, h, w]."""
    return delta / _energy(delta).sqrt().clamp_min(1e-12)[:, :, None, None]
