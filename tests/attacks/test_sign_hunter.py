import math

import pytest
import torch

from rnd_lab.attacks.sign_hunter import SignHunterSpec
from rnd_lab.primitives.geometry import Norm
from tests.attacks.harness import Match, grey, linear, quadratic, slope

SHAPES = [(1, 1, 4), (1, 1, 7), (3, 2, 2), (3, 4, 4), (1, 5, 13)]


def hunt(shape: tuple[int, int, int], norm: Norm = "linf") -> Match:
    match = Match(SignHunterSpec(), shape, norm, 0.1)
    match.start(0, grey(shape), linear(slope(shape)))
    return match


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_all_signs_of_a_linear_loss_are_found_in_the_known_number_of_queries(
    shape: tuple[int, int, int], norm: str
) -> None:
    match = hunt(shape, norm)
    bound = 2 ** (math.ceil(math.log2(math.prod(shape))) + 1)
    for _ in range(bound):
        match.step()
        if torch.equal(match.delta().sign(), -slope(shape).sign()):
            break
    assert torch.equal(match.delta().sign(), -slope(shape).sign())
    assert match.queries() <= bound
    length = 0.1 if norm == "linf" else 0.1 / math.sqrt(math.prod(shape))
    assert torch.allclose(match.delta().abs(), torch.full(shape, length), atol=1e-6)


def test_it_starts_at_plus_epsilon_and_then_flips_everything_half_and_half() -> None:
    shape = (1, 2, 4)
    match = Match(SignHunterSpec(), shape, "linf", 0.1)
    match.start(0, grey(shape), quadratic(grey(shape) + 0.1))
    for _ in range(8):
        match.step()
    signs = [((candidate - 0.5) * 10).round().int().flatten().tolist() for candidate in match.asked[0]]
    assert signs == [
        [1, 1, 1, 1, 1, 1, 1, 1],
        [-1, -1, -1, -1, -1, -1, -1, -1],
        [-1, -1, -1, -1, 1, 1, 1, 1],
        [1, 1, 1, 1, -1, -1, -1, -1],
        [-1, -1, 1, 1, 1, 1, 1, 1],
        [1, 1, -1, -1, 1, 1, 1, 1],
        [1, 1, 1, 1, -1, -1, 1, 1],
        [1, 1, 1, 1, 1, 1, -1, -1],
    ]


def test_it_starts_again_from_where_it_came_to() -> None:
    shape = (1, 1, 4)
    match = hunt(shape)
    for _ in range(1 + 1 + 2 + 4):
        match.step()
    found = match.delta().sign()
    assert torch.equal(found, -slope(shape).sign())
    assert match.attack.published(0, 8) == 10
    match.step()
    assert match.attack.published(0, 9) == 13  # two more for the first step of each hunt
    restarted = match.asked[0][-1] - 0.5
    assert torch.allclose(restarted, (found * 0.1 + 0.1).clamp(-0.1, 0.1))
    assert match.attack.loss[0] == pytest.approx(match.told[0][-1])


def test_the_published_count_is_three_more_for_the_first_step() -> None:
    match = hunt((3, 4, 4))
    match.play(2)
    assert match.attack.published(0, 2) == 4
    match.play(10)
    assert match.attack.published(0, 10) == 12
