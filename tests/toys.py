"""Classifiers with known answers, and a short way to play games against them."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn

from rnd_lab.attacks.attack import AttackSpec
from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.defenses.defense import DefenseSpec, Inside
from rnd_lab.game.driver import Driver
from rnd_lab.game.forward import Forward
from rnd_lab.game.outcome import Game, Outcome
from rnd_lab.game.referee import Referee
from rnd_lab.game.threat import ThreatModel
from rnd_lab.primitives.geometry import Norm

SHAPE = (3, 8, 8)
DIMENSION = 192


class TwoClasses(nn.Module, ABC):
    """Logits (m/2, −m/2) of a margin m, so that class 0 is right while m > 0; summed in doubles, then rounded."""

    @abstractmethod
    def margin(self, images: Tensor) -> Tensor:
        """Float64 [n] of images float64 [n, c, h, w]."""

    def forward(self, images: Tensor) -> Tensor:
        half = self.margin(images.double()).float() / 2
        return torch.stack([half, -half], 1)


class Linear(TwoClasses):
    """m(x) = ⟨w, x − ½⟩ + offset; its Lipschitz constant is ‖w‖₂."""

    def __init__(self, weight: Tensor, offset: float) -> None:
        super().__init__()
        self.weight = weight.double()
        self.offset = offset

    def margin(self, images: Tensor) -> Tensor:
        return (self.weight * (images - 0.5)).flatten(1).sum(1) + self.offset

    def lowest(self, epsilon: float, norm: Norm) -> float:
        """Margin of the best attack on the grey image, where the box does not bind."""
        length = self.weight.abs().sum() if norm == "linf" else self.weight.norm()
        return self.offset - epsilon * float(length)


class Quadratic(TwoClasses):
    """m(x) = ‖x − target‖² − radius²: the attack has won once it is that close to the target."""

    def __init__(self, target: Tensor, radius: float) -> None:
        super().__init__()
        self.target = target.double()
        self.radius = radius

    def margin(self, images: Tensor) -> Tensor:
        return (images - self.target).square().flatten(1).sum(1) - self.radius**2


class Counted(Forward):
    """Counts the rows that it is asked for."""

    rows = 0

    def __call__(self, images: Tensor, inside: tuple[Inside, ...] = ()) -> Tensor:
        self.rows += len(images)
        return super().__call__(images, inside)


def weights(seed: int = 0) -> Tensor:
    return torch.randn(SHAPE, generator=torch.Generator().manual_seed(seed))


def small_network() -> nn.Module:
    """Four classes, convolutions and a head, untrained."""
    torch.manual_seed(5)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(8, 8, 3, 2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(72, 4),
    ).eval()


def grey(seed: int = 0) -> Game:
    """A game on the grey image, where no attack meets the box; class 0 is right."""
    return Game("grey", torch.full(SHAPE, 0.5), 0, seed)


def attack(name: str) -> AttackSpec:
    """An attack with its default settings."""
    return ATTACKS[name].model_validate({})


def pictures(count: int, network: nn.Module) -> list[Game]:
    """Games on random images of the size of ``SHAPE``, with the labels that the network gives them."""
    images = torch.rand(count, *SHAPE, generator=torch.Generator().manual_seed(1))
    labels = Forward(network)(images).argmax(1).tolist()
    return [
        Game(f"picture {number}", image, label)
        for number, (image, label) in enumerate(zip(images, labels, strict=True))
    ]


def driver(
    network: nn.Module | Forward,
    attack: AttackSpec,
    threat: ThreatModel | None = None,
    defenses: Sequence[DefenseSpec] = (),
    referee: Referee | None = None,
    shape: tuple[int, int, int] = SHAPE,
    **options: Any,
) -> Driver:
    forward = network if isinstance(network, Forward) else Forward(network)
    return Driver(
        forward, defenses, attack, threat or ThreatModel(), referee or Referee(votes=3), shape=shape, **options
    )


def play(driver: Driver, games: Iterable[Game]) -> list[Outcome]:
    """Play to the end; in the order of the games."""
    games = list(games)
    outcomes = {id(outcome.game): outcome for outcome in driver.play(games)}
    return [outcomes[id(game)] for game in games]


def record(outcome: Outcome) -> dict[str, Any]:
    """Everything about a game that must not depend on how it was played, to the last bit."""
    return {
        "status": outcome.status,
        "image": outcome.image.numpy().tobytes(),
        "told": outcome.trace.told,
        "account": replace(outcome.account, monitor=0),
        "verdicts": outcome.verdicts,
        "first_hit_at": outcome.first_hit_at,
        "told_scores": outcome.told_scores.numpy().tobytes(),
        "true_scores": outcome.true_scores.numpy().tobytes(),
        "margin": outcome.margin,
        "norms": (outcome.linf, outcome.l2),
    }
