"""NES (Ilyas et al., ICML 2018): gradient estimates from antithetic Gaussian pairs, then steps of fixed length."""

from typing import ClassVar, Literal

import torch
from torch import Tensor

from rnd_lab.attacks.attack import Arena, Attack, Published
from rnd_lab.attacks.estimation import EstimationAttack, EstimationSpec
from rnd_lab.primitives.geometry import unit_step
from rnd_lab.primitives.spec import setting


class NesSpec(EstimationSpec):
    """NES with the settings of the published RND evaluation. Every query is counted: 30 a step on CIFAR-10."""

    title: ClassVar = "NES"
    summary: ClassVar = "Pairs of opposite Gaussian static around the iterate, many of them averaged before each step."
    paper: ClassVar[Published] = {
        ("cifar10", "l2"): {"step": 0.2},
        ("imagenet", "linf"): {"mu": 0.1, "step": 0.02, "samples": 100},
        ("imagenet", "l2"): {"mu": 0.1, "step": 0.5, "samples": 100},
    }
    authors: ClassVar[Published] = {("imagenet", "linf"): {"mu": 0.001, "step": 0.01, "samples": 50}}

    name: Literal["nes"] = "nes"
    mu: float = setting(0.01, gt=0, label="μ", unit="pixel", help="Size of a probe: deviation of the static.")
    samples: int = setting(
        30, ge=2, multiple_of=2, unit="queries", help="Queries a step: half as many antithetic pairs."
    )
    step: float = setting(0.01, gt=0, unit="pixel", help="Length of a step in the attack's norm (a sign step for ℓ∞).")

    @property
    def probes(self) -> int:
        return self.samples

    def build(self, arena: Arena) -> Attack:
        return Nes(self, arena)


class Nes(EstimationAttack):
    """ĝ = mean of (f(x + μu) − f(x − μu))/2μ · u, u ~ N(0, I), not divided by √d."""

    def __init__(self, spec: NesSpec, arena: Arena) -> None:
        super().__init__(arena)
        self.spec = spec

    def directions(self, slots: Tensor) -> Tensor:
        return self.rows(slots).normal("direction", (self.spec.samples // 2, *self.arena.shape))

    def probes(self, slots: Tensor, directions: Tensor) -> Tensor:
        base, shift = self.iterate[slots][:, None], self.spec.mu * directions
        return torch.cat([base + shift, base - shift], 1)

    def slopes(self, losses: Tensor) -> Tensor:
        plus, minus = losses.chunk(2, 1)
        return plus - minus

    def descend(self, slots: Tensor, gradient: Tensor) -> None:
        step = self.spec.step * unit_step(gradient, self.arena.norm)
        self.iterate[slots] = self.project(self.iterate[slots] - step, slots)
