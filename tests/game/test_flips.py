"""Decisions that the noise turns, against what the theory says of a linear model."""

import math

import pytest
import torch

from rnd_lab.attacks.attack import AttackSpec
from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.attacks.nes import NesSpec
from rnd_lab.attacks.random_search import RandomSearchSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.game.oracle import Oracle
from rnd_lab.game.outcome import Outcome
from rnd_lab.game.threat import ThreatModel
from tests.toys import DIMENSION, SHAPE, Counted, Linear, attack, driver, grey, play, weights

LINEAR = Linear(weights(), 1000.0)
SLOPE = float(weights().norm())


def outcomes(spec: AttackSpec, nu: float, budget: int = 400, games: int = 8, watch: bool = True) -> list[Outcome]:
    threat = ThreatModel(epsilon=0.4, budget=budget)
    table = driver(LINEAR, spec, threat, [RndSpec(nu=nu)], slots=games, watch=watch)
    return play(table, [grey(seed) for seed in range(games)])


def flipped(ended: list[Outcome]) -> float:
    return sum(it.trace.flips for it in ended) / sum(it.trace.decisions for it in ended)


@pytest.mark.parametrize("name", ATTACKS)
def test_without_noise_nothing_is_turned(name: str) -> None:
    ended = outcomes(attack(name), nu=0, budget=130, games=2)
    assert all(it.trace.decisions > 30 for it in ended)
    assert [it.trace.flips for it in ended] == [0, 0]


@pytest.mark.parametrize("spec", [RandomSearchSpec(remeasure=True), NesSpec(samples=2)], ids=lambda spec: spec.name)
def test_under_large_noise_decisions_are_toss_ups(spec: AttackSpec) -> None:
    assert flipped(outcomes(spec, nu=0.5)) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("ratio", [0.25, 1.0, 4.0])
def test_the_share_of_turned_decisions_is_the_one_that_can_be_computed(ratio: float) -> None:
    """h = μ⟨w, u⟩ and the noise ν⟨w, v₁ − v₂⟩ are normal: their signs differ in a share arctan(√2 ν/μ)/π."""
    mu = 0.005
    measured = flipped(outcomes(RandomSearchSpec(mu=mu, remeasure=True), nu=ratio * mu))
    assert measured == pytest.approx(math.atan(math.sqrt(2) * ratio) / math.pi, abs=0.04)


def test_decisions_are_counted_only_while_the_lab_looks_on() -> None:
    assert [(it.trace.decisions, it.trace.flips) for it in outcomes(RandomSearchSpec(), 0.1, 20, 2, watch=False)] == [
        (0, 0)
    ] * 2
    remeasured = outcomes(RandomSearchSpec(remeasure=True), 0.1, budget=41, games=1)[0]
    assert remeasured.trace.decisions == 20


@pytest.mark.parametrize("step", [0.01, 0.03, 0.1])
@pytest.mark.parametrize("nu", [0.002, 0.01, 0.05])
def test_theorem_3_bounds_how_often_noise_turns_the_sign(step: float, nu: float) -> None:
    """P(sign h ≠ sign h_ν) ≤ 2 L0 ν √d / |h|, (16); on a linear model it is Φ(−|h| / (√2 ν L0))."""
    tries = 1500
    oracle = Oracle(Counted(LINEAR), [RndSpec(nu=nu)], ThreatModel(), 1, torch.device("cpu"))
    oracle.open(0, 5, 0, None)
    image = grey().image
    candidate = image - step * weights(4)
    h = float(LINEAR.margin(candidate[None].double()) - LINEAR.margin(image[None].double()))
    asked = torch.stack([candidate, image]).repeat(tries, 1, 1, 1)
    told, _ = oracle.probe(asked, torch.zeros(2 * tries, dtype=torch.int64))
    observed = told[::2].double() - told[1::2].double()
    turned = float(((observed < 0) != (h < 0)).double().mean())
    assert turned <= 2 * SLOPE * nu * math.sqrt(DIMENSION) / abs(h)
    exact = 0.5 * math.erfc(abs(h) / (2 * nu * SLOPE))
    assert turned == pytest.approx(exact, abs=0.04)
    assert image.shape == SHAPE


def test_noise_blurs_the_loss_by_no_more_than_the_trade_off_allows() -> None:
    """|f_ν(x) − f(x)| ≤ ν L0 √d."""
    nu = 0.05
    oracle = Oracle(Counted(LINEAR), [RndSpec(nu=nu)], ThreatModel(), 1, torch.device("cpu"))
    oracle.open(0, 5, 0, None)
    told, _ = oracle.probe(grey().image.expand(500, -1, -1, -1), torch.zeros(500, dtype=torch.int64))
    assert abs(float(told.mean()) - 1000) < nu * SLOPE * math.sqrt(DIMENSION)
