"""Attacks that play whole games get near the best answer, where it is known."""

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from rnd_lab.attacks.attack import AttackSpec
from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.attacks.nes import NesSpec
from rnd_lab.attacks.random_search import RandomSearchSpec
from rnd_lab.attacks.rgf import RgfSpec
from rnd_lab.attacks.square import SquareSpec
from rnd_lab.game.threat import ThreatModel
from tests.toys import DIMENSION, SHAPE, Linear, Quadratic, attack, driver, grey, play, weights


@pytest.mark.parametrize("name", ATTACKS)
def test_every_attack_lowers_the_loss_of_a_linear_model(name: str) -> None:
    network = Linear(weights(), 50.0)
    outcome = play(driver(network, attack(name), ThreatModel(budget=300)), [grey()])[0]
    possible = 50 - network.lowest(0.05, "linf")
    assert 50 - outcome.margin > (0.02 if name in ("random_search", "rgf") else 0.12) * possible


@pytest.mark.parametrize(
    "spec", [NesSpec(), RgfSpec(step=1e-3), RandomSearchSpec(), SquareSpec()], ids=lambda spec: spec.name
)
def test_and_that_of_a_quadratic_one(spec: AttackSpec) -> None:
    """RGF alone has steps in proportion to the slope: its default is for networks, whose losses are steeper."""
    target = torch.full(SHAPE, 0.5) + 0.1 * weights(3).sign()
    outcome = play(driver(Quadratic(target, 0.1), spec, ThreatModel(budget=300)), [grey()])[0]
    start, lowest = DIMENSION * 0.1**2 - 0.1**2, DIMENSION * 0.05**2 - 0.1**2
    assert start - outcome.margin > 0.03 * (start - lowest)
    assert outcome.margin >= lowest - 1e-5


@pytest.mark.parametrize("name", ["zs", "rgf"])
def test_an_estimate_is_as_good_at_the_edge_of_the_ball(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the best corner, every probe that had to stay in the ball would raise the loss."""
    directions = 30
    table = driver(Linear(weights(), 1000.0), attack(name).model_copy(update={"samples": directions}), slots=60)
    table.admit([grey(seed) for seed in range(60)])
    table.attack.iterate -= 0.05 * weights().sign()
    found: list[Tensor] = []
    monkeypatch.setattr(table.attack, "descend", lambda slots, gradient: found.append(gradient))
    table.step()
    cosines = F.cosine_similarity(found[0].flatten(1), weights().flatten()[None])
    assert cosines.mean() == pytest.approx(math.sqrt(directions / (DIMENSION + directions + 1)), rel=0.1)


def test_square_finds_the_best_perturbation_of_a_linear_model() -> None:
    network = Linear(weights(), 50.0)
    outcome = play(driver(network, SquareSpec(), ThreatModel(budget=1500)), [grey()])[0]
    best = network.lowest(0.05, "linf")
    assert best - 1e-4 <= outcome.margin <= best + 0.02 * (50 - best)
    signs = (outcome.image - 0.5).sign()
    assert (signs == -network.weight.float().sign()).float().mean() > 0.9


def test_nes_follows_the_gradient_of_a_linear_model_to_the_edge_of_the_l2_ball() -> None:
    network = Linear(weights(), 50.0)
    threat = ThreatModel(norm="l2", epsilon=0.5, budget=3000)
    outcome = play(driver(network, NesSpec(step=0.1), threat), [grey()])[0]
    best = network.lowest(0.5, "l2")
    assert outcome.l2 == pytest.approx(0.5, abs=1e-5)
    assert best <= outcome.margin <= best + 0.15 * (50 - best)
