"""What an attacker remembers, and what it asks again."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from rnd_lab.attacks.attack import AttackSpec
from rnd_lab.attacks.random_search import RandomSearchSpec
from rnd_lab.attacks.simba import SimbaSpec
from rnd_lab.attacks.square import SquareSpec
from rnd_lab.primitives.geometry import Norm
from tests.attacks.harness import Match, grey, linear, slope

SHAPE = (1, 6, 6)
SPECS = [RandomSearchSpec, SquareSpec, SimbaSpec]


def lucky_at(query: int) -> Callable[[Tensor], Tensor]:
    """A linear loss whose answer to one query is far too good."""
    count = 0

    def loss(image: Tensor) -> Tensor:
        nonlocal count
        count += 1
        return linear(slope(SHAPE))(image) - (1000 if count == query + 1 else 0)

    return loss


@pytest.mark.parametrize("kind", SPECS)
@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_a_lucky_answer_freezes_only_a_search_that_does_not_ask_again(kind: type[AttackSpec], norm: Norm) -> None:
    moved = {}
    for remeasure in (False, True):
        match = Match(kind.model_validate({"remeasure": remeasure}), SHAPE, norm, 0.3)
        match.start(0, grey(SHAPE), lucky_at(3))
        match.play(6)
        frozen = match.iterate()
        match.play(60)
        moved[remeasure] = not torch.equal(match.iterate(), frozen)
    assert moved == {False: False, True: True}


@pytest.mark.parametrize("kind", SPECS)
def test_asking_again_costs_a_second_query_a_step(kind: type[AttackSpec]) -> None:
    match = Match(kind.model_validate({"remeasure": True}), SHAPE, "linf", 0.1)
    match.start(0, grey(SHAPE), linear(slope(SHAPE)))
    match.step()
    assert match.queries() == 1
    for _ in range(5):
        before = match.iterate()
        match.step()
        assert torch.equal(match.asked[0][-1], before)
    assert match.queries() == 11


@pytest.mark.parametrize("kind", SPECS)
def test_only_a_lower_loss_is_kept(kind: type[AttackSpec]) -> None:
    match = Match(kind.for_data("cifar10", "linf"), SHAPE, "linf", 0.1)
    match.start(0, grey(SHAPE), linear(slope(SHAPE)))
    match.step()
    lowest, kept = match.told[0][0], match.asked[0][0]
    for _ in range(30):
        match.step()
        if match.told[0][-1] < lowest:
            lowest, kept = match.told[0][-1], match.asked[0][-1]
        assert torch.equal(match.iterate(), kept)
        assert float(match.attack.loss[0]) == pytest.approx(lowest)
