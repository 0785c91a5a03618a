"""Gradient estimates, against what theory says of them."""

import math

import pytest
import torch
from torch import Tensor

from rnd_lab.attacks.attack import Arena, AttackSpec
from rnd_lab.attacks.bandit import Bandit, BanditSpec
from rnd_lab.attacks.forward_differences import ForwardDifferences
from rnd_lab.attacks.nes import NesSpec
from rnd_lab.attacks.rgf import RgfSpec
from rnd_lab.attacks.zs import ZsSpec
from tests.attacks.harness import Match, grey, linear, slope

SHAPE = (3, 8, 8)
GRADIENT = slope(SHAPE)
FAR = 10.0
SLOT = torch.tensor([0])


def cosine(a: Tensor, b: Tensor) -> float:
    return float((a * b).sum() / (a.norm() * b.norm()))


def first_step(spec: AttackSpec, key: int) -> Tensor:
    match = Match(spec, SHAPE, "l2", FAR)
    match.start(0, grey(SHAPE), linear(GRADIENT), key)
    match.step()
    return match.delta()


@pytest.mark.parametrize("directions", [4, 16, 64])
@pytest.mark.parametrize("spec", [NesSpec(), ZsSpec(), RgfSpec(step=1e-3)], ids=lambda spec: spec.name)
def test_the_cosine_to_the_gradient_grows_with_the_root_of_the_directions(spec: AttackSpec, directions: int) -> None:
    samples = directions * 2 if spec.name == "nes" else directions
    spec = spec.model_copy(update={"samples": samples})
    found = sum(cosine(first_step(spec, key), -GRADIENT) for key in range(40)) / 40
    dimension = GRADIENT.numel()
    assert found == pytest.approx(math.sqrt(directions / (dimension + directions + 1)), rel=0.1)


def test_rgf_steps_by_eta_times_the_estimate() -> None:
    deltas = torch.stack([first_step(RgfSpec(samples=8, step=1e-3), key) for key in range(200)])
    assert torch.allclose(deltas.mean(0), -1e-3 * GRADIENT, atol=3e-3)
    assert float((deltas.mean(0) * GRADIENT).sum()) == pytest.approx(-1e-3 * float(GRADIENT.square().sum()), rel=0.1)


def test_nes_asks_antithetic_pairs() -> None:
    match = Match(NesSpec(mu=0.02), SHAPE, "l2", FAR)
    match.start(0, grey(SHAPE), linear(GRADIENT))
    match.step()
    moves = torch.stack(match.asked[0]) - 0.5
    assert len(moves) == 30
    assert torch.allclose(moves[:15], -moves[15:], atol=1e-6)
    assert float(moves.std()) == pytest.approx(0.02, rel=0.02)


def test_zs_and_rgf_ask_the_iterate_once_beside_their_directions() -> None:
    for spec in (ZsSpec(), RgfSpec(samples=30)):
        match = Match(spec, SHAPE, "l2", FAR)
        match.start(0, grey(SHAPE), linear(GRADIENT))
        match.step()
        assert match.queries() == 31
        assert [torch.equal(candidate, grey(SHAPE)) for candidate in match.asked[0]].index(True) == 0
        assert match.attack.published(0, 31) == 31


@pytest.mark.parametrize("spec", [NesSpec(step=0.03), ZsSpec(step=0.03), BanditSpec(step=0.03)], ids=lambda s: s.name)
def test_steps_have_the_length_that_is_set(spec: AttackSpec) -> None:
    for norm in ("linf", "l2"):
        match = Match(spec, SHAPE, norm, FAR)
        match.start(0, grey(SHAPE), linear(GRADIENT))
        match.step()
        size = match.delta().abs().max() if norm == "linf" else match.delta().norm()
        assert float(size) == pytest.approx(0.03, rel=1e-4)


def bandit_direction(spec: BanditSpec, steps: int, key: int) -> Tensor:
    """Minus the prior after some steps, enlarged to the image."""
    match = Match(spec, SHAPE, "l2", FAR)
    match.start(0, grey(SHAPE), linear(GRADIENT), key)
    for _ in range(steps):
        before = match.iterate()
        match.step()
    return match.iterate() - before


def test_the_prior_of_bandit_gathers_the_gradient_over_time() -> None:
    spec = BanditSpec(prior=8, prior_rate=1e-5, step=1e-4)
    dimension = GRADIENT.numel()
    for steps in (1, 16, 64):
        found = sum(cosine(bandit_direction(spec, steps, key), -GRADIENT) for key in range(15)) / 15
        assert found == pytest.approx(math.sqrt(steps / (dimension + steps + 1)), rel=0.3)


def test_the_prior_of_bandit_is_coarse() -> None:
    move = bandit_direction(BanditSpec(prior=4), 3, 0)
    assert torch.equal(move.view(3, 4, 2, 4, 2).amax((2, 4)), move.view(3, 4, 2, 4, 2).amin((2, 4)))
    assert len(set(move.flatten().tolist())) == 3 * 4 * 4


def test_probes_of_bandit_have_the_length_that_is_set() -> None:
    match = Match(BanditSpec(probe=0.07), SHAPE, "linf", FAR)
    match.start(0, grey(SHAPE), linear(GRADIENT))
    match.step()
    assert match.queries() == 2
    for candidate in match.asked[0]:
        assert float((candidate - 0.5).norm()) == pytest.approx(0.07, rel=1e-4)


def test_a_prior_of_bandit_at_its_edge_can_still_turn_back() -> None:
    match = Match(BanditSpec(prior=8, prior_rate=10.0, step=1e-4), SHAPE, "linf", FAR)
    match.start(0, grey(SHAPE), linear(GRADIENT))
    for _ in range(30):
        match.step()
    match.losses[0] = linear(-GRADIENT)
    for _ in range(300):
        before = match.iterate()
        match.step()
    assert cosine(match.iterate() - before, GRADIENT) > 0.3


def test_the_prior_of_bandit_takes_exponentiated_gradient_steps_for_linf() -> None:
    spec = BanditSpec(prior=8, prior_rate=1e-2)
    match = Match(spec, SHAPE, "linf", FAR)
    match.start(0, grey(SHAPE), linear(GRADIENT))
    attack = match.attack
    assert isinstance(attack, Bandit)
    prior = torch.zeros(SHAPE)
    for _ in range(6):
        u = attack.rows(SLOT).normal("direction", (1, *SHAPE))[0, 0]
        match.step()
        plus, minus = match.told[0][-2:]
        estimate = (plus - minus) / (spec.probe * spec.exploration) * u
        raised = (1 + prior) / 2 * (spec.prior_rate * estimate).exp()
        lowered = (1 - prior) / 2 * (-spec.prior_rate * estimate).exp()
        prior = (raised - lowered) / (raised + lowered)
        assert torch.allclose(attack.prior(SLOT)[0], prior, atol=1e-4)
    assert float(prior.abs().max()) > 0.3


class Estimate(ForwardDifferences):
    """Keeps the estimated gradients instead of stepping along them."""

    def descend(self, slots: Tensor, gradient: Tensor) -> None:
        self.iterate[slots] = gradient


@pytest.mark.parametrize("shape", [(1, 5, 7), (1, 9, 9), (3, 13, 11)])
@pytest.mark.parametrize("samples", [15, 16])
def test_estimates_are_the_same_bits_at_any_place_of_the_batch(shape: tuple[int, int, int], samples: int) -> None:
    def estimates(keys: list[int]) -> Tensor:
        attack = Estimate(Arena(len(keys), shape, "l2", FAR, 100), 0.01, samples)
        slots = torch.arange(len(keys))
        attack.start(slots, grey(shape).expand(len(keys), *shape), keys)
        candidates = attack.ask(slots).images
        attack.tell(torch.stack([linear(slope(shape))(candidate) for candidate in candidates]).float())
        return attack.iterate

    together = estimates(list(range(12)))
    for key in range(12):
        assert torch.equal(estimates([key])[0], together[key])
