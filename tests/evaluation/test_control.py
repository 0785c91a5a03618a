"""The null control: what would have been a success without an attack."""

import pytest
import torch
from torch import Tensor

from rnd_lab.attacks.random_search import RandomSearchSpec
from rnd_lab.attacks.simba import SimbaSpec
from rnd_lab.defenses.defense import Inside, answer_stack
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.evaluation.control import AT_ONCE, Control, Controls
from rnd_lab.game.driver import Driver
from rnd_lab.game.forward import Forward
from rnd_lab.game.outcome import Game
from rnd_lab.game.referee import Criterion, Referee, judge
from rnd_lab.game.threat import ThreatModel
from rnd_lab.primitives.draws import Rows
from tests.toys import SHAPE, Linear, grey, weights

GREY = torch.full((3, 8, 8), 0.5)


def wrong_where_it_is_grey(images: Tensor, inside: tuple[Inside, ...] = ()) -> Tensor:
    """Class 1 for an image without any noise, class 0, the true one, for all others."""
    plain = (images == 0.5).flatten(1).all(1)
    return torch.stack([~plain, plain], 1).float()


def test_an_image_that_the_noise_free_judge_has_wrong_is_not_attacked() -> None:
    stack, threat = (RndSpec(nu=0.02),), ThreatModel(norm="l2", epsilon=1.0, budget=10)
    status = {}
    for ends in ("first_hit", "noise_free"):
        referee = Referee(ends=ends)
        driver = Driver(wrong_where_it_is_grey, stack, SimbaSpec(), threat, referee, shape=(3, 8, 8))
        (outcome,) = driver.play([Game("grey", GREY, 0)])
        status[ends] = outcome.status
        if ends == "noise_free":
            assert outcome.account.paid == 0
            assert Controls().check(outcome, stack, referee, wrong_where_it_is_grey, "cpu") == Control()
    assert status == {"first_hit": "failure", "noise_free": "misclassified"}


@pytest.mark.parametrize("ends", ["first_hit", "vote", "mean"])
def test_it_hits_where_one_of_as_many_fresh_answers_to_the_clean_image_would_have_won(ends: Criterion) -> None:
    """Against a linear model with so little margin that noise turns some answers, but not all."""
    stack, referee = (RndSpec(nu=0.1),), Referee(ends=ends, votes=3)
    forward = Forward(Linear(weights(), 0.8))
    driver = Driver(forward, stack, RandomSearchSpec(), ThreatModel(epsilon=1e-4, budget=20), referee, shape=SHAPE)
    found = []
    for outcome in driver.play(grey(seed) for seed in range(24)):
        if outcome.status == "misclassified":
            continue
        each = 1 if ends == "first_hit" else 3
        judgements = (outcome.account.judge - 1 - 3) // each
        rows = Rows([outcome.game.key] * judgements * each, range(judgements * each), "control", torch.device("cpu"))
        answers = answer_stack(stack, outcome.game.image.expand(judgements * each, -1, -1, -1), rows, forward)
        verdict = judge(answers.view(judgements, each, -1), torch.zeros(judgements, dtype=torch.int64), targeted=False)
        hits = getattr(verdict, ends)
        checked = Controls().check(outcome, stack, referee, forward, "cpu")
        assert checked.hit is bool(hits.any())
        at_once = max(AT_ONCE // each, 1)
        asked = judgements if not checked.hit else min((int(hits.int().argmax()) // at_once + 1) * at_once, judgements)
        assert checked.asked == asked * each
        found.append(checked.hit)
    assert {True, False} == set(found)


@pytest.mark.parametrize("ends", ["first_hit", "vote"])
def test_games_on_the_same_image_share_the_answers_of_their_controls(ends: Criterion) -> None:
    """Games of several lengths and noises: each is told what it would find alone, and what is known is not asked."""
    referee = Referee(ends=ends, votes=3)
    network = Forward(Linear(weights(), 0.8))
    asked = []

    def model(images: Tensor, inside: tuple[Inside, ...] = ()) -> Tensor:
        asked.append(len(images))
        return network(images, inside)

    shared, found = Controls(), []
    for nu, budget in ((0.1, 21), (0.05, 21), (0.1, 13), (0.1, 50), (0.05, 50), (0.1, 50)):
        stack = (RndSpec(nu=nu),)
        threat = ThreatModel(epsilon=1e-4, budget=budget)
        driver = Driver(network, stack, RandomSearchSpec(), threat, referee, shape=SHAPE)
        for outcome in driver.play(grey(seed) for seed in range(24)):
            alone = Controls().check(outcome, stack, referee, network, "cpu")
            assert shared.check(outcome, stack, referee, model, "cpu") == alone
            asked.clear()
            assert shared.check(outcome, stack, referee, model, "cpu") == alone
            assert sum(asked) <= (AT_ONCE if alone.hit else 0)
            found.append(alone.hit)
    assert {True, False} <= set(found)
