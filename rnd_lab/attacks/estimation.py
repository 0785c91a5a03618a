"""Estimation attacks: guess the gradient from finite differences, then descend, (3) and (4)."""

from abc import abstractmethod
from typing import ClassVar

import torch
from torch import Tensor

from rnd_lab.attacks.attack import Arena, Attack, AttackSpec, Proposals


class EstimationSpec(AttackSpec):
    """Settings of an attack that asks for the same number of probes in every step."""

    @property
    def fewest_probes(self) -> int:
        return self.probes


class EstimationAttack(Attack):
    """Draws directions u, asks for probes around the iterate, and steps against the estimated gradient.

    Every game asks for the same number of probes a step: [n, p] flattened, game by game. Probes may leave the ball, as
    (3) has it and published settings need (μ 0.1 beside ε 0.05 on ImageNet). In the ball, those around an iterate on
    its edge could only go back, where the loss is higher: an offset that forward differences take for a slope.
    """

    asks_around: ClassVar = True

    def __init__(self, arena: Arena) -> None:
        super().__init__(arena)
        self._slots = self._directions = torch.empty(0)

    @abstractmethod
    def directions(self, slots: Tensor) -> Tensor:
        """Directions of this step, float32 [n, q, c, h, w]."""

    @abstractmethod
    def probes(self, slots: Tensor, directions: Tensor) -> Tensor:
        """Candidates around the iterates of ``slots`` along ``directions`` [n, q, c, h, w]; [n, p, c, h, w]."""

    @abstractmethod
    def slopes(self, losses: Tensor) -> Tensor:
        """Loss differences along each direction from the losses of the probes: [n, p] → [n, q]."""

    @abstractmethod
    def descend(self, slots: Tensor, gradient: Tensor) -> None:
        """Move the iterates of ``slots`` against ``gradient`` [n, c, h, w], the mean of slope · direction."""

    def ask(self, slots: Tensor) -> Proposals:
        self._slots = slots
        self._directions = self.directions(slots)
        probes = self.probes(slots, self._directions)
        return Proposals(probes.flatten(0, 1), slots.repeat_interleave(probes.shape[1]))

    def differences(self, losses: Tensor, at_iterate: Tensor) -> tuple[Tensor, Tensor]:
        slopes = self.slopes(losses.view(len(self._slots), -1))
        return slopes.flatten(), self._slots.repeat_interleave(slopes.shape[1])

    def tell(self, losses: Tensor) -> None:
        told = losses.view(len(self._slots), -1)
        slopes = self.slopes(told)
        gradient = (slopes.view(*slopes.shape, 1, 1, 1) * self._directions).sum(1) / slopes.shape[1]
        paid = told.isfinite().all(1)
        self.descend(self._slots[paid], gradient[paid])
        self.steps[self._slots] += 1
