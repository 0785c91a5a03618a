"""Projected gradient descent on a network's own gradient (Madry et al., ICLR 2018), for training and measuring."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F


def pgd(
    logits_of: Callable[[Tensor], Tensor],
    images: Tensor,
    labels: Tensor,
    epsilon: float,
    step: float,
    steps: int,
    generator: torch.Generator,
) -> Tensor:
    """Images within ``epsilon`` (ℓ∞) of ``images`` and within [0, 1] whose cross-entropy sign steps have raised.

    ``images`` float32 [n, c, h, w], ``labels`` int64 [n]; ``epsilon`` and ``step`` in pixel units; the start is
    uniform in the ball. One step of 1.25 · ``epsilon`` is the single-step attack of Wong, Rice, Kolter (ICLR 2020).
    """
    low, high = (images - epsilon).clamp_(0, 1), (images + epsilon).clamp_(0, 1)
    start = torch.rand(images.shape, generator=generator, device=images.device)
    found = torch.clamp(images + (2 * start - 1) * epsilon, low, high)
    for _ in range(steps):
        found.requires_grad_(True)
        (gradient,) = torch.autograd.grad(F.cross_entropy(logits_of(found), labels), found)
        found = torch.clamp(found.detach() + step * gradient.sign(), low, high)
    return found
