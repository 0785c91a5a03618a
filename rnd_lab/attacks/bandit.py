"""Bandits with time and data priors (Ilyas, Engstrom, Madry, ICLR 2019, Algorithms 2 and 3)."""

import math
from typing import ClassVar, Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from rnd_lab.attacks.attack import Arena, Attack, Published
from rnd_lab.attacks.estimation import EstimationAttack, EstimationSpec
from rnd_lab.primitives.geometry import column, l2, unit_step
from rnd_lab.primitives.spec import setting

_CELLS = 3 * 50 * 50
"""Values in the ImageNet prior."""


def _unnormalized(rate: float, exploration: float) -> dict[str, float]:
    """Settings of the authors, whose static is N(0, I/D) over D values, for the static of this file, N(0, I)."""
    return {"exploration": exploration / math.sqrt(_CELLS), "prior_rate": rate * exploration / _CELLS}


class BanditSpec(EstimationSpec):
    """Bandits with the settings of the published RND evaluation. Every query is counted: two a step.

    Pixels are in [0, 1] here. The published prior rate for CIFAR-10, 0.1, was for pixels in 0 … 255, and the rate
    divides by a difference of pixels: it is 0.1/255 here. The authors' rate 100 and exploration 1 (ImageNet, ℓ∞) are
    for static of length 1 rather than of deviation 1.
    """

    title: ClassVar = "Bandit"
    summary: ClassVar = "The iterate moved a little along, and against, a coarse noisy guess of the gradient."
    paper: ClassVar[Published] = {
        ("imagenet", "linf"): {"probe": 0.1, "prior": 50, "prior_rate": 1e-4},
        ("imagenet", "l2"): {"probe": 0.1, "prior": 50, "prior_rate": 1e-4, "step": 0.1},
    }
    authors: ClassVar[Published] = {
        ("imagenet", "linf"): _unnormalized(rate=100, exploration=1),
        ("imagenet", "l2"): {"probe": 0.01, "step": 0.5} | _unnormalized(rate=0.1, exploration=0.01),
    }

    name: Literal["bandit"] = "bandit"
    probe: float = setting(0.01, gt=0, label="μ", unit="pixel", help="Length of a probe in ℓ2 (finite difference).")
    step: float = setting(0.01, gt=0, unit="pixel", help="Length of a step in the attack's norm (a sign step for ℓ∞).")
    prior: int = setting(20, ge=1, unit="cells", help="Cells of the prior along each axis; enlarged to the image.")
    exploration: float = setting(
        0.1, gt=0, label="δ", help="Deviation of the static that is added to the prior and taken from it."
    )
    prior_rate: float = setting(4e-4, gt=0, label="prior η", help="How fast the prior follows the latest difference.")

    def build(self, arena: Arena) -> Attack:
        return Bandit(self, arena)


class Bandit(EstimationAttack):
    """v ← v ⊕ η (f(x + μq₊) − f(x + μq₋))/(μδ) · u, with q± = v ± δu scaled to length 1; then x steps against v.

    ⊕ is the exponentiated gradient step for ℓ∞ and a sum for ℓ2; u ~ N(0, I). v lives on a coarse grid (the data
    prior) and is kept from step to step (the time prior).
    """

    def __init__(self, spec: BanditSpec, arena: Arena) -> None:
        super().__init__(arena)
        self.spec = spec
        channels, height, width = arena.shape
        grid = (channels, min(spec.prior, height), min(spec.prior, width))
        # an exponentiated gradient step on v in [−1, 1] is a plain sum on w = artanh v, which no edge can hold
        self._weights = torch.zeros(arena.slots, *grid, device=arena.device)

    def begin(self, slots: Tensor) -> None:
        self._weights[slots] = 0

    def directions(self, slots: Tensor) -> Tensor:
        return self.rows(slots).normal("direction", (1, *self._weights.shape[1:]))

    def probes(self, slots: Tensor, directions: Tensor) -> Tensor:
        prior, explored = self.prior(slots), self.spec.exploration * directions[:, 0]
        sides = [self._enlarged(prior + explored), self._enlarged(prior - explored)]
        moves = [self.spec.probe * side / column(l2(side)) for side in sides]
        return self.iterate[slots][:, None] + torch.stack(moves, 1)

    def slopes(self, losses: Tensor) -> Tensor:
        return losses[:, :1] - losses[:, 1:]

    def descend(self, slots: Tensor, gradient: Tensor) -> None:
        scale = self.spec.prior_rate / (self.spec.probe * self.spec.exploration)
        self._weights[slots] += scale * gradient
        step = self.spec.step * unit_step(self._enlarged(self.prior(slots)), self.arena.norm)
        self.iterate[slots] = self.project(self.iterate[slots] - step, slots)

    def prior(self, slots: Tensor) -> Tensor:
        """The latest guess of the gradient up to its scale, float32 [n, c, prior height, prior width]."""
        weights = self._weights[slots]
        return weights.tanh() if self.arena.norm == "linf" else weights

    def _enlarged(self, prior: Tensor) -> Tensor:
        return F.interpolate(prior, size=self.arena.shape[1:], mode="nearest")
