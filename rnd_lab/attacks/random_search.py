"""Plain random search with Gaussian directions, (5) and (6) of the RND paper (Qin et al., NeurIPS 2021)."""

from typing import ClassVar, Literal

from torch import Tensor

from rnd_lab.attacks.attack import Arena, Attack, AttackSpec, Published
from rnd_lab.attacks.search import SearchAttack, remeasure_setting
from rnd_lab.primitives.spec import setting


class RandomSearchSpec(AttackSpec):
    """Random search: step along a random direction whenever that lowers the loss.

    Every query is counted. Nothing is published on its settings; these win against undefended CIFAR-10 models.
    """

    title: ClassVar = "Random search"
    summary: ClassVar = "The whole image plus faint Gaussian static; kept only if the loss falls."

    paper: ClassVar[Published] = {("cifar10", "l2"): {"mu": 0.003}}

    name: Literal["random_search"] = "random_search"
    mu: float = setting(0.01, gt=0, label="μ", unit="pixel", help="Size of a probe: deviation of the static.")
    remeasure: bool = remeasure_setting()

    def build(self, arena: Arena) -> Attack:
        return RandomSearch(self, arena)


class RandomSearch(SearchAttack):
    """x ← Proj(x + μu) where the loss falls, u ~ N(0, I)."""

    def __init__(self, spec: RandomSearchSpec, arena: Arena) -> None:
        super().__init__(arena, spec.remeasure)
        self.mu = spec.mu

    def propose(self, slots: Tensor) -> Tensor:
        u = self.rows(slots).normal("direction", self.arena.shape)
        return self.project(self.iterate[slots] + self.mu * u, slots)
