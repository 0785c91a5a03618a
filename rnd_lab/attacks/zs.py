"""ZO-signSGD (Liu et al., ICLR 2019): the sign of a forward-difference gradient estimate."""

from typing import ClassVar, Literal

from torch import Tensor

from rnd_lab.attacks.attack import Arena, Attack, Published
from rnd_lab.attacks.estimation import EstimationSpec
from rnd_lab.attacks.forward_differences import ForwardDifferences
from rnd_lab.primitives.geometry import unit_step
from rnd_lab.primitives.spec import setting


class ZsSpec(EstimationSpec):
    """ZO-signSGD with the settings of the published RND evaluation.

    A step asks the iterate once and 30 probes: 31 queries. That is what the published evaluation counts too, though
    it asks for the iterate again beside every probe (60 forwards).
    """

    title: ClassVar = "ZS (ZO-signSGD)"
    summary: ClassVar = "The iterate, and the iterate plus faint Gaussian static, many times; then every pixel steps."
    paper: ClassVar[Published] = {
        ("cifar10", "l2"): {"step": 0.2},
        ("imagenet", "linf"): {"mu": 0.1, "step": 0.02, "samples": 100},
        ("imagenet", "l2"): {"mu": 0.1, "step": 0.5, "samples": 100},
    }

    name: Literal["zs"] = "zs"
    mu: float = setting(0.01, gt=0, label="μ", unit="pixel", help="Size of a probe: deviation of the static.")
    samples: int = setting(
        30, ge=1, unit="directions", help="Directions averaged in one step, which asks one query more than that."
    )
    step: float = setting(0.01, gt=0, unit="pixel", help="Length of a step in the attack's norm (a sign step for ℓ∞).")

    @property
    def probes(self) -> int:
        return self.samples + 1

    def build(self, arena: Arena) -> Attack:
        return Zs(self, arena)


class Zs(ForwardDifferences):
    """x ← Proj(x − η sign ĝ) with ĝ the mean of (f(x + μu) − f(x))/μ · u; for ℓ2 the step is η ĝ/‖ĝ‖₂."""

    def __init__(self, spec: ZsSpec, arena: Arena) -> None:
        super().__init__(arena, spec.mu, spec.samples)
        self.step = spec.step

    def descend(self, slots: Tensor, gradient: Tensor) -> None:
        step = self.step * unit_step(gradient, self.arena.norm)
        self.iterate[slots] = self.project(self.iterate[slots] - step, slots)
