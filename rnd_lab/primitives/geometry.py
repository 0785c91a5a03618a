"""The ball that an adversarial image must stay in: ‖x_adv − x‖_p ≤ ε, p ∈ {∞, 2}, and pixels in [0, 1]."""

import math
from typing import Literal

import torch
from torch import Tensor

Norm = Literal["linf", "l2"]

SIGNS: dict[Norm, str] = {"linf": "ℓ∞", "l2": "ℓ2"}
"""How norms are written."""


def column(values: Tensor) -> Tensor:
    """Reshape [n] to [n, 1, 1, 1], to scale images row by row."""
    return values.view(-1, 1, 1, 1)


def project(candidates: Tensor, images: Tensor, epsilon: float, norm: Norm) -> Tensor:
    """Move candidates into the ball around their images and into [0, 1].

    ``candidates`` and ``images`` float32 [n, c, h, w]; ``epsilon`` in pixel units. Exact for ℓ∞. For ℓ2 the
    perturbation is scaled, then clamped; the clamp only shortens it, so both constraints hold.
    """
    if norm == "linf":
        return torch.minimum(torch.maximum(candidates, images - epsilon), images + epsilon).clamp_(0, 1)
    delta = candidates - images
    scale = (epsilon / l2(delta).clamp_min(1e-12)).clamp_max(1.0)
    return (images + delta * column(scale)).clamp_(0, 1)


def to_grid(candidates: Tensor, images: Tensor, epsilon: float, norm: Norm) -> Tensor:
    """Round candidates to 8 bits a channel, k/255, still inside the ball around ``images`` (which lie on that grid).

    All float32 [n, c, h, w] in [0, 1], ``epsilon`` in pixel units. Differences are rounded to the nearest step. For ℓ∞
    they are limited to ⌊255 ε⌋ steps; where ℓ2 leaves the ball, as few as needed are rounded towards zero.
    """
    steps = (candidates - images) * 255
    if norm == "linf":
        most = steps_within(epsilon)
        whole = steps.round().clamp(-most, most)
    else:
        whole = _round_within(steps, (epsilon * 255) ** 2 * (1 + 1e-6))
    return ((images * 255).round() + whole).clamp_(0, 255) / 255


def steps_within(epsilon: float) -> int:
    """How many steps of 8 bits, 1/255 each, ``epsilon`` (pixel units) allows one value: ⌊255 ε⌋."""
    return math.floor(epsilon * 255 * (1 + 1e-5))


def _round_within(steps: Tensor, most: float) -> Tensor:
    """Round float32 [n, ...] of squared length up to ``most`` and stay below it.

    The values that rounding lengthened most are the first to go one step back.
    """
    sizes = steps.abs().flatten(1)
    whole = sizes.round().double()
    order = (whole - sizes).argsort(dim=1, descending=True, stable=True)
    saved = (whole.square() - (whole - 1).clamp_min(0).square()).gather(1, order)
    excess = whole.square().sum(1, keepdim=True) - most
    back = ((saved.cumsum(1) - saved < excess) & (saved > 0)).to(whole.dtype)
    return steps.sign() * whole.scatter_add(1, order, -back).to(steps.dtype).view_as(steps)


def l2(delta: Tensor) -> Tensor:
    """ℓ2 norm of each row: float32 [n, ...] → [n]."""
    length: Tensor = torch.linalg.vector_norm(delta.flatten(1), dim=1)
    return length


def linf(delta: Tensor) -> Tensor:
    """ℓ∞ norm of each row: float32 [n, ...] → [n]."""
    return delta.flatten(1).abs().amax(1)


def unit_step(gradient: Tensor, norm: Norm) -> Tensor:
    """Direction of steepest ascent of length 1 in the norm: the sign for ℓ∞, g/‖g‖₂ for ℓ2. Float32 [n, c, h, w]."""
    if norm == "linf":
        return gradient.sign()
    return gradient / column(l2(gradient).clamp_min(1e-12))
