"""The rules: who may play, who has won, what it cost, and which slot is free."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.attacks.nes import NesSpec
from rnd_lab.attacks.random_search import RandomSearchSpec
from rnd_lab.attacks.square import SquareSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.game.outcome import Game, Outcome
from rnd_lab.game.referee import CRITERIA, Criterion, Referee
from rnd_lab.game.threat import ThreatModel
from rnd_lab.primitives.errors import LabError
from tests.toys import (
    SHAPE,
    Counted,
    Linear,
    attack,
    driver,
    grey,
    pictures,
    play,
    record,
    small_network,
    weights,
)

RND = RndSpec(nu=0.05)
HARD = Linear(weights(), 1000.0)
"""No attack wins."""


def rules(**threat: Any) -> ThreatModel:
    return ThreatModel.model_validate(threat)


def test_an_image_that_the_model_gets_wrong_leaves_before_the_first_query() -> None:
    wrong = replace(grey(), label=1)
    outcome = play(driver(HARD, SquareSpec(), rules(budget=50)), [wrong])[0]
    assert outcome.status == "misclassified"
    assert torch.equal(outcome.image, wrong.image)
    assert (outcome.account.paid, outcome.account.published, outcome.first_hit_at) == (0, 0, None)
    assert outcome.margin == pytest.approx(-1000)


def test_the_defended_model_decides_who_may_play() -> None:
    """Under strong noise many games leave at the start that the bare model would have let in."""
    games = [grey(seed) for seed in range(40)]
    easy = Linear(weights(), 0.1)
    defended = play(driver(easy, SquareSpec(), rules(budget=1), [RndSpec(nu=0.3)], slots=40), games)
    assert 10 < sum(outcome.status == "misclassified" for outcome in defended) < 30
    assert not any(
        outcome.status == "misclassified" for outcome in play(driver(easy, SquareSpec(), rules(budget=1)), games)
    )


def test_a_won_game_stops_at_the_first_hit_and_its_image_fools_the_model() -> None:
    outcome = play(driver(Linear(weights(), 3.0), SquareSpec(), rules(budget=400)), [grey()])[0]
    assert outcome.status == "success"
    assert outcome.first_hit_at == outcome.account.paid == len(outcome.trace.told) < 400
    assert outcome.trace.told[-1] < 0 <= min(outcome.trace.told[:-1])
    assert outcome.margin == outcome.trace.told[-1]
    assert outcome.prediction == 1
    assert outcome.linf == pytest.approx(0.05, abs=1e-6)
    assert all(outcome.verdicts.values())


def test_a_lost_game_spends_its_budget_and_keeps_its_best_image() -> None:
    outcome = play(driver(HARD, SquareSpec(), rules(budget=30)), [grey()])[0]
    assert outcome.status == "failure"
    assert outcome.account.paid == len(outcome.trace.told) == 30
    assert outcome.first_hit_at is None
    assert outcome.margin == min(outcome.trace.told)
    assert not any(outcome.verdicts.values())


def test_the_last_point_of_the_true_curve_is_the_loss_of_the_final_image() -> None:
    """In the units of what the attacker is told, not the margin of logits."""
    network = small_network()
    threat = rules(feedback="probabilities", loss="cross_entropy", budget=20, epsilon=0.001)
    for watch in (True, False):
        outcome = play(driver(network, SquareSpec(), threat, watch=watch), pictures(1, network))[0]
        expected = outcome.true_scores.log_softmax(0)[outcome.game.label]
        assert outcome.trace.true[-1][0] == 20
        assert outcome.trace.true[-1][1] == pytest.approx(float(expected), abs=1e-5)
        assert len(outcome.trace.true) == (21 if watch else 1)


def test_the_true_curve_is_of_the_iterates() -> None:
    outcome = play(driver(HARD, SquareSpec(), rules(budget=40), watch=True), [grey()])[0]
    best = torch.tensor(outcome.trace.told).cummin(0).values.tolist()
    assert outcome.trace.true[0][0] == 0
    assert outcome.trace.true[1:] == list(enumerate(best, start=1))


def test_the_criterion_that_ends_a_game_changes_none_of_its_probes() -> None:
    games = [grey(seed) for seed in range(4)]
    told: dict[Criterion, list[list[float]]] = {}
    for ends in CRITERIA:
        table = driver(
            Linear(weights(), 2.0), SquareSpec(), rules(budget=80), [RND], Referee(ends=ends, votes=9), slots=4
        )
        told[ends] = [outcome.trace.told for outcome in play(table, games)]
    for ended in told.values():
        for first, second in zip(ended, told["vote"], strict=True):
            common = min(len(first), len(second))
            assert common > 0
            assert first[:common] == second[:common]
    assert sum(map(len, told["first_hit"])) < sum(map(len, told["vote"]))


@pytest.mark.parametrize("ends", CRITERIA)
def test_every_criterion_is_recorded_whichever_ends_the_game(ends: Criterion) -> None:
    games = [grey(seed) for seed in range(20)]
    outcomes = play(
        driver(
            Linear(weights(), 3.0),
            SquareSpec(),
            rules(budget=60),
            [RndSpec(nu=0.2)],
            Referee(ends=ends, votes=1),
            slots=6,
        ),
        games,
    )
    played = [outcome for outcome in outcomes if outcome.status != "misclassified"]
    assert played
    for outcome in played:
        assert set(outcome.verdicts) == set(CRITERIA)
        assert (outcome.status == "success") == outcome.verdicts[ends]
        assert outcome.verdicts["noise_free"] == (outcome.margin < 0)
        assert outcome.verdicts["first_hit"] == (outcome.first_hit_at is not None)
        if outcome.first_hit_at is not None:
            assert 0 < outcome.first_hit_at <= outcome.account.paid


def test_the_first_hit_is_the_first_one() -> None:
    """Where the truth ends the game, single answers may hit before, and hit again."""
    network = Linear(weights(), 4.0)
    table = driver(network, SquareSpec(), rules(budget=60), [RndSpec(nu=0.25)], Referee(ends="noise_free"), slots=6)
    table.admit([grey(seed) for seed in range(6)])
    hits: dict[int, list[int]] = {slot: [] for slot in range(6)}
    outcomes: list[Outcome] = []
    while len(table.free) < 6:
        outcomes += table.step()
        for slot in hits:
            seat = table.seat(slot)
            if seat and seat.told_scores is not None and seat.told_scores.argmax() == 1:
                hits[slot].append(table.account(slot).paid)
    several = [told for told in hits.values() if len(told) > 1]
    assert len(several) >= 3
    assert {told[0] for told in several} <= {outcome.first_hit_at for outcome in outcomes}


def test_noise_makes_false_successes() -> None:
    """No attack wins, but one lucky answer ends a game; a vote or the truth do not."""
    network = Linear(weights(), 0.0)
    network.offset = 1.6 - network.lowest(0.02, "linf")
    games = [grey(seed) for seed in range(8)]
    threat = rules(epsilon=0.02, budget=60)
    statuses: dict[Criterion, list[str]] = {}
    for ends in CRITERIA:
        defended = driver(network, SquareSpec(), threat, [RndSpec(nu=0.2)], Referee(ends=ends, votes=51), slots=8)
        outcomes = play(defended, games)
        statuses[ends] = [outcome.status for outcome in outcomes]
        assert not any(outcome.verdicts["noise_free"] for outcome in outcomes)
    assert statuses["first_hit"].count("success") >= 6
    assert "success" not in statuses["vote"] + statuses["noise_free"]


def test_a_targeted_game_is_won_by_the_target_alone() -> None:
    network = small_network()
    games = [
        replace(game, target=target) for game in pictures(4, network) for target in range(4) if target != game.label
    ]
    outcomes = play(driver(network, SquareSpec(), rules(goal="targeted", epsilon=0.3, budget=60), slots=12), games)
    assert {outcome.status for outcome in outcomes} == {"success", "failure"}
    for outcome in outcomes:
        assert (outcome.status == "success") == (outcome.prediction == outcome.game.target)
        assert (outcome.status == "success") == (outcome.margin < 0)


def test_a_targeted_image_that_is_wrong_at_the_start_leaves_too() -> None:
    network = small_network()
    game = pictures(1, network)[0]
    others = [label for label in range(4) if label != game.label]
    wrong = replace(game, label=others[0], target=game.label)
    assert play(driver(network, SquareSpec(), rules(goal="targeted")), [wrong])[0].status == "misclassified"


def test_games_that_do_not_fit_the_threat_model_are_refused_and_leave_the_table_as_it_was() -> None:
    untargeted, targeted = (
        driver(HARD, SquareSpec(), slots=2),
        driver(HARD, SquareSpec(), rules(goal="targeted"), slots=2),
    )
    aimed = replace(grey(), target=1)
    for table, games, words in (
        (untargeted, [grey(), aimed], "untargeted one has none"),
        (targeted, [aimed, grey()], "needs a target class"),
        (targeted, [aimed, replace(grey(), target=0)], "target class is the true class"),
    ):
        with pytest.raises(LabError, match=words):
            table.admit(games)
        assert table.free == [0, 1]
        assert table.step() == []


def test_more_games_than_free_slots_are_refused() -> None:
    table = driver(HARD, SquareSpec(), slots=2)
    table.admit([grey()])
    with pytest.raises(ValueError, match="2 games do not fit in 1 free"):
        table.admit([grey(1), grey(2)])
    assert table.free == [1]


def test_a_norm_that_the_attack_does_not_play_is_refused() -> None:
    with pytest.raises(LabError, match="not defined for ℓ2"):
        driver(HARD, attack("eco"), rules(norm="l2"))


class Guests:
    """Games that note how many were still playing when each was taken from the queue."""

    def __init__(self, games: list[Game]) -> None:
        self.games = games
        self.table = driver(Mixed(), SquareSpec(), rules(budget=40), slots=3)
        self.playing: list[int] = []

    def __iter__(self) -> Iterator[Game]:
        for game in self.games:
            self.playing.append(3 - len(self.table.free))
            yield game


class Mixed(Linear):
    """Dark images are wrong at the start, grey ones fall soon, bright ones never."""

    def __init__(self) -> None:
        super().__init__(weights(), 0.0)

    def margin(self, images: Tensor) -> Tensor:
        level = images.mean((1, 2, 3))
        return super().margin(images) / 3 + (level - 0.35) * 10


def test_a_slot_is_taken_again_while_the_others_play() -> None:
    levels = [0.8, 0.4, 0.2, 0.4, 0.2, 0.2, 0.2, 0.4, 0.8, 0.2]
    games = [Game(str(at), torch.full(SHAPE, level), 0, at) for at, level in enumerate(levels)]
    guests = Guests(games)
    statuses = {int(outcome.game.name): outcome.status for outcome in guests.table.play(guests)}
    kinds = {0.8: "failure", 0.4: "success", 0.2: "misclassified"}
    assert [statuses[at] for at in range(10)] == [kinds[level] for level in levels]
    assert guests.playing[:3] == [0, 0, 0]
    assert guests.table.free == [0, 1, 2]
    assert all(count > 0 for count in guests.playing[3:8])


def test_no_game_is_taken_from_the_queue_before_there_is_a_slot() -> None:
    taken: list[int] = []

    def queue() -> Iterator[Game]:
        for number in range(9):
            taken.append(number)
            yield grey(number)

    outcomes = driver(HARD, SquareSpec(), rules(budget=3), slots=2).play(queue())
    next(outcomes)
    assert len(taken) == 2


def test_every_forward_is_counted_under_its_purpose() -> None:
    for ends in CRITERIA:
        for watch in (False, True):
            forward = Counted(Linear(weights(), 3.0))
            games = [grey(seed) for seed in range(5)]
            threat = rules(budget=60, eot=2)
            table = driver(
                forward, NesSpec(samples=4), threat, [RND], Referee(ends=ends, votes=7), slots=3, watch=watch
            )
            outcomes = play(table, games)
            assert sum(outcome.account.strict for outcome in outcomes) == forward.rows
            for outcome in outcomes:
                assert outcome.account.probe == len(outcome.trace.told)
                assert outcome.account.repeat == outcome.account.probe
                assert outcome.account.published == outcome.account.paid


@settings(max_examples=40)
@given(
    name=st.sampled_from(sorted(ATTACKS)),
    budget=st.integers(1, 70),
    eot=st.integers(1, 7),
    account=st.sampled_from(["fixed", "adaptive"]),
    nu=st.sampled_from([0.0, 0.05]),
)
def test_no_game_spends_more_than_its_allowance(name: str, budget: int, eot: int, account: str, nu: float) -> None:
    threat = rules(budget=budget, eot=eot, account=account)
    table = driver(Linear(weights(), 50.0), attack(name), threat, [RndSpec(nu=nu)], slots=2)
    for outcome in play(table, [grey(seed) for seed in range(3)]):
        account_ = outcome.account
        assert account_.paid <= threat.allowance == (budget * eot if account == "adaptive" else budget)
        assert account_.paid == account_.probe * eot
        most_in_a_step = 31 if name in ("nes", "zs") else 2
        assert threat.allowance - account_.paid < most_in_a_step * eot


def test_a_game_that_cannot_pay_its_first_step_asks_nothing() -> None:
    outcome = play(driver(HARD, SquareSpec(), rules(budget=3, eot=4)), [grey()])[0]
    assert (outcome.status, outcome.account.paid, outcome.trace.told) == ("failure", 0, [])


def test_candidates_that_are_not_paid_are_not_counted_as_published_either() -> None:
    for budget in range(20, 26):
        outcome = play(driver(HARD, attack("simba"), rules(norm="l2", epsilon=1, budget=budget)), [grey()])[0]
        assert outcome.account.probe == budget
        assert outcome.account.published <= budget


def test_probes_may_leave_the_ball_but_not_the_box_and_what_is_handed_in_neither() -> None:
    asked: list[Tensor] = []

    class Spy(Linear):
        def margin(self, images: Tensor) -> Tensor:
            asked.append(images)
            return super().margin(images)

    image = torch.full(SHAPE, 128 / 255)
    for eight_bit in (False, True):
        asked.clear()
        threat = rules(epsilon=0.03, budget=90, eight_bit=eight_bit)
        table = driver(Spy(weights(), 1000.0), NesSpec(mu=0.2), threat)
        handed_in = play(table, [replace(grey(), image=image)])[0].image
        probes = torch.cat(asked)
        assert (probes.min(), probes.max()) == (0, 1)
        assert probes.std() > 0.15
        assert (handed_in - image).abs().max() <= 0.03 + 1e-6
        if eight_bit:
            levels = torch.cat([probes, handed_in[None]]).double() * 255
            assert (levels - levels.round()).abs().max() < 1e-4


def test_what_is_seen_during_the_game_is_what_would_be_handed_in() -> None:
    threat = rules(eight_bit=True, budget=100)
    table = driver(HARD, RandomSearchSpec(), threat)
    game = replace(grey(), image=torch.full(SHAPE, 128 / 255))
    table.admit([game])
    for _ in range(20):
        table.step()
    seen = table.image(0)
    kept = seen.clone()
    assert torch.allclose(seen * 255, (seen * 255).round(), atol=1e-4)
    seat = table.seat(0)
    assert seat is not None
    assert seat.told_scores is not None
    assert torch.equal(seat.told_scores, HARD(seen[None])[0])
    for _ in range(20):
        table.step()
    assert torch.equal(seen, kept)
    assert not torch.equal(table.image(0), kept)


def test_watching_can_be_switched_during_a_game() -> None:
    plain = play(driver(HARD, SquareSpec(), rules(budget=30), [RND]), [grey()])[0]
    table = driver(HARD, SquareSpec(), rules(budget=30), [RND])
    table.admit([grey()])
    outcomes: list[Outcome] = []
    while not outcomes:
        table.watch = not table.watch
        outcomes = table.step()
    assert record(outcomes[0]) == record(plain)
    assert len(outcomes[0].trace.true) == 16
    assert outcomes[0].account.monitor > plain.account.monitor
