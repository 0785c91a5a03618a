"""RGF, random gradient-free descent (Nesterov & Spokoiny 2017): (3) and (4) of the RND paper."""

from typing import ClassVar, Literal

from torch import Tensor

from rnd_lab.attacks.attack import Arena, Attack, Published
from rnd_lab.attacks.estimation import EstimationSpec
from rnd_lab.attacks.forward_differences import ForwardDifferences
from rnd_lab.primitives.spec import setting


class RgfSpec(EstimationSpec):
    """RGF: one-sided finite differences along Gaussian directions, and plain projected descent.

    Every query is counted: a step costs one more than it has directions. Nothing is published on its settings; these
    step sizes win against undefended CIFAR-10 models. A larger η wins sooner or never.
    """

    title: ClassVar = "RGF"
    summary: ClassVar = "The iterate, and the iterate plus faint Gaussian static: how much did the loss change?"

    paper: ClassVar[Published] = {("cifar10", "l2"): {"step": 4e-6}}

    name: Literal["rgf"] = "rgf"
    mu: float = setting(0.01, gt=0, label="μ", unit="pixel", help="Size of a probe: deviation of the static.")
    samples: int = setting(
        1, ge=1, unit="directions", help="Directions averaged in one step, which asks one query more than that."
    )
    step: float = setting(2e-5, gt=0, label="η", help="Step size η of x ← Proj(x − η g).")

    @property
    def probes(self) -> int:
        return self.samples + 1

    def build(self, arena: Arena) -> Attack:
        return Rgf(self, arena)


class Rgf(ForwardDifferences):
    """g_μ(x) = (f(x + μu) − f(x))/μ · u, (3); then x ← Proj(x − η g), (4)."""

    def __init__(self, spec: RgfSpec, arena: Arena) -> None:
        super().__init__(arena, spec.mu, spec.samples)
        self.step = spec.step

    def descend(self, slots: Tensor, gradient: Tensor) -> None:
        self.iterate[slots] = self.project(self.iterate[slots] - self.step / self.mu * gradient, slots)
