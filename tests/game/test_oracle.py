"""The one door: what is answered, what it costs, and what cannot be paid."""

from typing import Any

import pytest
import torch
from torch import Tensor

from rnd_lab.defenses.bit_depth import BitDepthSpec
from rnd_lab.defenses.blacklight import BlacklightSpec
from rnd_lab.defenses.defense import DefenseSpec, Inside
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.game import oracle as oracles
from rnd_lab.game.ledger import Account
from rnd_lab.game.oracle import Oracle
from rnd_lab.game.threat import ThreatModel
from rnd_lab.primitives.losses import cross_entropy, margin
from tests.toys import SHAPE, Counted, Linear, small_network, weights

CPU = torch.device("cpu")
RND = RndSpec(nu=0.1)
IMAGES = torch.rand(6, *SHAPE, generator=torch.Generator().manual_seed(3)) * 0.2 + 0.4
SLOTS = torch.tensor([0, 1, 0, 2, 1, 0])


def oracle(*defenses: DefenseSpec, slots: int = 3, forward: Counted | None = None, **threat: Any) -> Oracle:
    door = Oracle(forward or Counted(Linear(weights(), 1)), defenses, ThreatModel(**threat), slots, CPU)
    for slot in range(slots):
        door.open(slot, key=100 + slot, label=0, target=None)
    return door


def account(door: Oracle, slot: int) -> Account:
    return door.ledger.account(slot, 0)


def test_without_a_defense_the_loss_is_the_models_margin() -> None:
    losses, paid = oracle().probe(IMAGES, SLOTS)
    assert torch.allclose(losses, Linear(weights(), 1).margin(IMAGES.double()).float(), atol=1e-6)
    assert paid.all()


def test_what_is_judged_in_parts_gets_the_same_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = oracle(RND).judge(IMAGES[:3], torch.arange(3), 5)
    monkeypatch.setattr(oracles, "JUDGED", 2 * 5 * IMAGES[0].numel() * 4)  # of two games
    sizes: list[int] = []

    class Sized(Counted):
        def __call__(self, images: Tensor, inside: tuple[Inside, ...] = ()) -> Tensor:
            sizes.append(len(images))
            return super().__call__(images, inside)

    forward = Sized(Linear(weights(), 1))
    assert torch.equal(oracle(RND, forward=forward).judge(IMAGES[:3], torch.arange(3), 5), whole)
    assert sizes == [10, 5]


def test_every_query_is_answered_with_fresh_noise() -> None:
    door = oracle(RND)
    same = IMAGES[:1].expand(5, -1, -1, -1)
    slots = torch.tensor([0, 0, 1, 1, 1])
    judged = door.losses(door.judge(same[:2], slots[1:3], 4).flatten(0, 1), slots[[1] * 4 + [2] * 4])
    answers = torch.cat([door.probe(same, slots)[0], door.probe(same, slots)[0], judged])
    assert len(torch.unique(answers)) == len(answers)


def test_an_answer_depends_on_the_game_and_the_number_of_the_query_alone() -> None:
    together = oracle(RND)
    first, _ = together.probe(IMAGES, SLOTS)
    second, _ = together.probe(IMAGES, SLOTS)
    alone = oracle(RND)
    for slot in (2, 0, 1):
        own = slot == SLOTS
        asked = torch.cat([IMAGES[own], IMAGES[own]])
        one_by_one = torch.cat([alone.probe(image[None], torch.tensor([slot]))[0] for image in asked])
        assert torch.equal(one_by_one, torch.cat([first[own], second[own]]))


def test_the_mean_over_m_answers_is_told() -> None:
    """(13), and the noise of the mean falls with the root of M."""
    once, often = oracle(RND), oracle(RND, eot=4, account="adaptive")
    asked = IMAGES[:1].expand(1000, -1, -1, -1)
    slots = torch.zeros(1000, dtype=torch.int64)
    single, mean = once.probe(asked, slots)[0], often.probe(asked[:250], slots[:250])[0]
    assert torch.allclose(mean, single.view(-1, 4).mean(1))
    deviation = RND.nu * float(weights().norm())
    assert float(single.std()) == pytest.approx(deviation, rel=0.1)
    assert float(mean.std()) == pytest.approx(deviation / 2, rel=0.15)


def test_repeats_are_paid_in_both_accounts() -> None:
    for kind, allowance in (("fixed", 20), ("adaptive", 60)):
        door = oracle(RND, eot=3, budget=20, account=kind)
        assert door.threat.allowance == allowance
        door.probe(IMAGES, SLOTS)
        assert account(door, 0) == Account(probe=3, repeat=6, judge=0, monitor=0, published=0)
        answered = 3
        while door.probe(IMAGES[:1], SLOTS[:1])[1].all():
            answered += 1
        assert answered == allowance // 3
        assert account(door, 0).paid == allowance // 3 * 3


def test_candidates_that_cannot_all_be_paid_are_not_asked() -> None:
    forward = Counted(Linear(weights(), 1))
    door = oracle(RND, forward=forward, eot=2, budget=5)
    losses, paid = door.probe(IMAGES, SLOTS)
    assert paid.tolist() == [False, True, False, True, True, False]
    assert losses.isinf().tolist() == [True, False, True, False, False, True]
    assert forward.rows == 6
    assert [account(door, slot).paid for slot in range(3)] == [0, 4, 2]
    assert not door.probe(IMAGES[:1], torch.tensor([1]))[1]
    assert door.probe(IMAGES[:2], torch.tensor([0, 0]))[1].all()


def test_judging_and_looking_are_counted_apart_and_change_no_answer() -> None:
    quiet, judged = oracle(RND, budget=4), oracle(RND, budget=4)
    slots = torch.tensor([0, 1])
    for _ in range(2):
        judged.judge(IMAGES[:2], slots, 25)
        judged.monitor(IMAGES[:2], slots)
        assert torch.equal(judged.probe(IMAGES[:2], slots)[0], quiet.probe(IMAGES[:2], slots)[0])
    assert account(judged, 0) == Account(probe=2, repeat=0, judge=50, monitor=2, published=0)


def test_the_judge_asks_through_the_defense_and_the_monitor_does_not() -> None:
    door = oracle(RND)
    slots = torch.tensor([1, 0])
    answers = door.judge(IMAGES[:2], slots, 400)
    clean = door.monitor(IMAGES[:2], slots)
    assert answers.shape == (2, 400, 2)
    assert torch.equal(clean, Linear(weights(), 1)(IMAGES[:2]))
    assert answers[..., 0].std(1).min() > 0.3
    assert torch.allclose(answers.mean(1), clean, atol=0.2)


def test_without_randomness_the_same_image_is_run_once_and_counted_every_time() -> None:
    for stack in ((), (BitDepthSpec(),)):
        forward = Counted(Linear(weights(), 1))
        door = oracle(*stack, forward=forward)
        slots = torch.tensor([0, 1])
        first = door.judge(IMAGES[:2], slots, 5)
        assert torch.equal(door.judge(IMAGES[:2], slots, 1), first[:, :1])
        assert forward.rows == 2
        mixed = door.judge(IMAGES[[0, 2]], slots, 1)
        assert forward.rows == 3
        assert torch.equal(mixed[:, 0], oracle(*stack).judge(IMAGES[[0, 2]], slots, 1)[:, 0])
        assert account(door, 0) == Account(probe=0, repeat=0, judge=7, monitor=0, published=0)


def test_an_image_that_was_just_probed_is_not_run_again() -> None:
    forward = Counted(Linear(weights(), 1))
    door = oracle(forward=forward)
    losses, _ = door.probe(IMAGES[:3], torch.tensor([0, 1, 1]))
    slots = torch.tensor([1, 0])
    answers = door.judge(IMAGES[[2, 0]], slots, 3)
    assert torch.equal(door.monitor(IMAGES[[2, 0]], slots), answers[:, 0])
    assert torch.equal(door.losses(answers[:, 0], slots), losses[[2, 0]])
    assert forward.rows == 3


def test_without_randomness_repeats_are_paid_but_not_run() -> None:
    forward = Counted(Linear(weights(), 1))
    door = oracle(forward=forward, eot=4, account="adaptive")
    losses, _ = door.probe(IMAGES[:2], torch.tensor([0, 1]))
    assert torch.allclose(losses, oracle().probe(IMAGES[:2], torch.tensor([0, 1]))[0])
    assert forward.rows == 2
    assert account(door, 0).paid == 4


def test_what_another_game_was_answered_is_not_known() -> None:
    """Two slots never share anything, so that a game plays the same alone."""
    forward = Counted(Linear(weights(), 1))
    door = oracle(forward=forward)
    door.judge(IMAGES[:1], torch.tensor([0]), 1)
    door.judge(IMAGES[:1], torch.tensor([1]), 1)
    assert forward.rows == 2


def test_with_a_random_defense_every_answer_is_run() -> None:
    forward = Counted(Linear(weights(), 1))
    door = oracle(BitDepthSpec(), RND, forward=forward)
    for _ in range(2):
        door.judge(IMAGES[:2], torch.tensor([0, 1]), 5)
    assert forward.rows == 20


@pytest.mark.parametrize("loss", ["margin", "cross_entropy"])
@pytest.mark.parametrize("target", [None, 3])
def test_feedback_is_what_the_threat_model_says(loss: str, target: int | None) -> None:
    network = small_network()
    told: dict[str, Tensor] = {}
    for feedback in ("logits", "probabilities"):
        threat = ThreatModel.model_validate(
            {"feedback": feedback, "loss": loss, "goal": "untargeted" if target is None else "targeted"}
        )
        door = Oracle(Counted(network), (), threat, 1, CPU)
        door.open(0, 5, 1, target)
        told[feedback], _ = door.probe(IMAGES, torch.zeros(6, dtype=torch.int64))
    logits = Counted(network)(IMAGES)
    classes = torch.full((6,), 1 if target is None else target)
    if loss == "margin":
        assert torch.equal(told["logits"], margin(logits, classes, target is not None))
        assert torch.equal(told["probabilities"], margin(logits.softmax(1), classes, target is not None))
    else:
        assert torch.equal(told["logits"], cross_entropy(logits, classes, target is not None, are_logits=True))
        assert torch.allclose(told["probabilities"], told["logits"], atol=1e-5)


WATCHED = BlacklightSpec(window=4, hashes=20, threshold=10)


def flagged(door: Oracle) -> list[int]:
    return [account(door, slot).flagged for slot in range(3)]


def test_a_stateful_defense_sees_each_games_queries_and_its_flags_are_counted() -> None:
    door = oracle(WATCHED, RND)
    door.probe(IMAGES, SLOTS)
    assert flagged(door) == [0, 0, 0]
    door.probe(IMAGES[:2], torch.tensor([0, 2]))
    assert flagged(door) == [1, 0, 0]
    door.probe(IMAGES[[1, 1, 3]], torch.tensor([1, 2, 2]))
    assert flagged(door) == [1, 1, 2]


def test_repeats_of_a_query_are_flagged_and_what_the_lab_asks_is_not_seen() -> None:
    door = oracle(WATCHED, eot=3, account="adaptive")
    slots = torch.tensor([0, 1])
    door.judge(IMAGES[:2], slots, 5)
    door.monitor(IMAGES[:2], slots)
    door.probe(IMAGES[:2], slots)
    assert flagged(door) == [2, 2, 0]


def test_queries_that_cannot_be_paid_are_not_seen() -> None:
    door = oracle(WATCHED, budget=1)
    same = IMAGES[:1].expand(2, -1, -1, -1)
    assert not door.probe(same, torch.tensor([0, 0]))[1].any()
    assert door.probe(same[:1], torch.tensor([0]))[1].all()
    assert flagged(door) == [0, 0, 0]


def test_a_stateful_defense_changes_no_answer() -> None:
    watched, unwatched = oracle(WATCHED), oracle()
    for _ in range(2):
        assert torch.equal(watched.probe(IMAGES, SLOTS)[0], unwatched.probe(IMAGES, SLOTS)[0])
    assert flagged(unwatched) == [0, 0, 0]


def test_a_new_game_in_a_slot_is_watched_from_its_start() -> None:
    door = oracle(WATCHED)
    slot = torch.tensor([1])
    door.probe(IMAGES[:1], slot)
    door.close(1)
    door.open(1, key=101, label=0, target=None)
    door.probe(IMAGES[:1], slot)
    assert flagged(door) == [0, 0, 0]
    door.probe(IMAGES[:1], slot)
    door.close(1)
    assert flagged(door) == [0, 1, 0]
