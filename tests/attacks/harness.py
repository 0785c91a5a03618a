"""A driver in small: asks, clamps, evaluates a loss one image at a time, tells, and remembers everything."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

from rnd_lab.attacks.attack import Arena, AttackSpec
from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.attacks.eco import EcoSpec
from rnd_lab.attacks.random_search import RandomSearchSpec
from rnd_lab.attacks.rgf import RgfSpec
from rnd_lab.attacks.simba import SimbaSpec
from rnd_lab.attacks.square import SquareSpec
from rnd_lab.primitives.geometry import Norm

Loss = Callable[[Tensor], Tensor]
"""From one image float32 [c, h, w] to a number."""

VARIANTS: list[AttackSpec] = [
    *(cls.for_data("cifar10", "linf") for cls in ATTACKS.values() if cls is not RgfSpec),
    RgfSpec(step=5e-4),  # the losses below are flatter than a network's
    SimbaSpec(basis="dct", frequencies=2, stride=1),
    SimbaSpec(remeasure=True),
    SquareSpec(remeasure=True),
    RandomSearchSpec(remeasure=True),
    EcoSpec(block=2, batch=5),
]
CASES: list[tuple[AttackSpec, Norm]] = [(spec, norm) for spec in VARIANTS for norm in spec.norms]
"""Every attack under every norm that it plays, some of them in several ways."""


def case_name(case: object) -> str:
    return repr(case).replace(" ", "") if isinstance(case, AttackSpec) else str(case)


class Match:
    """Games of one attack; ``asked`` and ``told`` hold what each slot asked since its start, ``queries`` how much."""

    def __init__(
        self,
        spec: AttackSpec,
        shape: tuple[int, int, int],
        norm: Norm,
        epsilon: float,
        slots: int = 1,
        budget: int = 10_000,
    ) -> None:
        self.arena = Arena(slots, shape, norm, epsilon, budget)
        self.attack = spec.build(self.arena)
        self.asked: list[list[Tensor]] = [[] for _ in range(slots)]
        self.told: list[list[float]] = [[] for _ in range(slots)]
        self.losses: dict[int, Loss] = {}

    def start(self, slot: int, image: Tensor, loss: Loss, key: int = 7) -> None:
        self.attack.start(torch.tensor([slot]), image[None], [key])
        self.asked[slot], self.told[slot], self.losses[slot] = [], [], loss

    def step(self, slots: Iterable[int] = (0,), unpaid: Iterable[int] = ()) -> None:
        proposals = self.attack.ask(torch.tensor(list(slots)))
        candidates = proposals.images.clamp(0, 1)
        owners, answers = proposals.slots.tolist(), []
        for slot, candidate in zip(owners, candidates, strict=True):
            self.asked[slot].append(candidate.clone())
            self.told[slot].append(torch.inf if slot in unpaid else float(self.losses[slot](candidate)))
            answers.append(self.told[slot][-1])
        self.attack.tell(torch.tensor(answers))

    def play(self, queries: int, slot: int = 0) -> None:
        """Steps of one game until it has asked so many queries."""
        while self.queries(slot) < queries:
            self.step([slot])

    def queries(self, slot: int = 0) -> int:
        return len(self.asked[slot])

    def iterate(self, slot: int = 0) -> Tensor:
        return self.attack.iterate[slot].clone()

    def delta(self, slot: int = 0) -> Tensor:
        return self.attack.iterate[slot] - self.attack.image[slot]


def picture(shape: tuple[int, int, int], seed: int = 0) -> Tensor:
    """An image that touches black and white."""
    return (torch.rand(shape, generator=torch.Generator().manual_seed(seed)) * 1.2 - 0.1).clamp(0, 1)


def grey(shape: tuple[int, int, int]) -> Tensor:
    """An image far from black and white."""
    return torch.full(shape, 0.5)


def slope(shape: tuple[int, int, int], seed: int = 1) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def linear(weights: Tensor) -> Loss:
    return lambda image: (weights.double() * image.double()).sum()


def quadratic(target: Tensor) -> Loss:
    return lambda image: (image.double() - target.double()).square().sum()


def smooth(shape: tuple[int, int, int], seed: int = 2) -> Loss:
    """A random smooth loss without symmetries: a sum of waves in all directions."""
    generator = torch.Generator().manual_seed(seed)
    waves = torch.randn(8, *shape, generator=generator, dtype=torch.float64)
    phases = torch.rand(8, generator=generator, dtype=torch.float64) * 6
    return lambda image: ((waves * image.double()).sum((1, 2, 3)) + phases).sin().sum()
