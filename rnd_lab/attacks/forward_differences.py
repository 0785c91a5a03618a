"""Forward differences along Gaussian directions, (3): one answer at the iterate serves all of them."""

import torch
from torch import Tensor

from rnd_lab.attacks.attack import Arena
from rnd_lab.attacks.estimation import EstimationAttack


class ForwardDifferences(EstimationAttack):
    """f(x + μu) − f(x) for a number of directions u ~ N(0, I); a step asks one query more than that number."""

    def __init__(self, arena: Arena, mu: float, samples: int) -> None:
        super().__init__(arena)
        self.mu = mu
        self.samples = samples

    def directions(self, slots: Tensor) -> Tensor:
        return self.rows(slots).normal("direction", (self.samples, *self.arena.shape))

    def probes(self, slots: Tensor, directions: Tensor) -> Tensor:
        base = self.iterate[slots][:, None]
        return torch.cat([base, base + self.mu * directions], 1)

    def slopes(self, losses: Tensor) -> Tensor:
        return losses[:, 1:] - losses[:, :1]
