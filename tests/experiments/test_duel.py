"""A run as it is watched: two sides of the same game."""

from copy import deepcopy

import numpy as np
import pytest
import torch

from rnd_lab.experiments.duel import Duel, Scene, SideName, see
from rnd_lab.experiments.run_spec import RunSpec
from tests.experiments.conftest import play, run
from tests.toys import record


def test_both_sides_of_a_duel_are_what_each_would_be_by_itself(scene: Scene, duel: Duel) -> None:
    play(duel)
    assert list(duel.sides) == ["defended", "undefended"]
    alone: dict[SideName, RunSpec] = {"defended": run(duel=False), "undefended": run(defense=())}
    for name, spec in alone.items():
        single = play(Duel(spec, scene))
        assert list(single.sides) == [name]
        mine, its = duel.sides[name].outcome, single.sides[name].outcome
        assert mine is not None
        assert its is not None
        assert record(mine) == record(its)
        assert mine.trace == its.trace


def test_the_attacker_draws_the_same_numbers_on_both_sides(duel: Duel) -> None:
    slot = torch.tensor([0])
    for _ in range(2):
        first, second = (side.driver.attack.ask(slot).images for side in duel.sides.values())
        assert torch.equal(first, second)
        duel.step()
    told = [side.trace.told for side in duel.sides.values()]
    assert told[0][0] != told[1][0]


def test_the_seed_of_the_run_is_that_of_its_games(scene: Scene, duel: Duel) -> None:
    other = Duel(run(seed=1), scene)
    for one in (duel, other):
        one.step()
        one.step()
    for name, side in duel.sides.items():
        assert side.trace.told != other.sides[name].trace.told


def test_what_was_seen_stays_as_it_was(duel: Duel) -> None:
    for _ in range(4):
        duel.step()
    seen = duel.snapshot()
    before = deepcopy({name: vars(side) for name, side in seen.sides.items()})
    play(duel)
    for name, side in seen.sides.items():
        np.testing.assert_equal(vars(side), before[name])
    assert not seen.done
    assert len(seen.sides["defended"].told) == 4


def test_a_snapshot_shows_the_state_of_each_side(duel: Duel) -> None:
    start = duel.snapshot().sides["defended"]
    assert len(start.told) == len(start.true) == len(start.told_probabilities) == 0
    assert (start.flipped, start.account.paid) == (0, 0)
    for steps in range(1, 13):
        duel.step()
        for side in duel.snapshot().sides.values():
            assert len(side.told) == side.account.paid == steps
            assert side.true.shape == (steps, 2)
            assert side.told_probabilities.sum() == pytest.approx(1, abs=1e-5)
            assert side.true_probabilities.sum() == pytest.approx(1, abs=1e-5)
            assert side.linf <= 0.01 + 1e-6
            assert side.outcome is None
    duel.step()
    end = duel.snapshot()
    assert end.done
    for side in end.sides.values():
        assert side.outcome is not None
        assert side.account == side.outcome.account
        assert (side.linf, side.l2) == pytest.approx((side.outcome.linf, side.outcome.l2), abs=1e-6)
        assert np.array_equal(side.image, side.outcome.image.numpy())
        assert side.decisions == 11
    assert end.sides["undefended"].flips == 0
    assert 0 < end.sides["defended"].flipped < 1


def test_a_side_that_has_ended_waits_for_the_other(scene: Scene) -> None:
    spec = run(image="deer-01", attack={"name": "nes", "step": 0.02}, threat={"epsilon": 0.05, "budget": 180})
    duel = Duel(spec, see(scene.classifier, spec))
    while not duel.sides["undefended"].outcome:
        duel.step()
    ended = duel.snapshot().sides["undefended"]
    assert not duel.done
    duel.step()
    again = duel.snapshot().sides["undefended"]
    assert again.outcome is ended.outcome
    assert len(again.told) == len(ended.told) < len(duel.snapshot().sides["defended"].told)


def test_an_image_that_is_wrong_at_the_start_ends_both_sides_at_once(scene: Scene) -> None:
    spec = run(label=3)
    duel = Duel(spec, see(scene.classifier, spec))
    assert duel.done
    duel.step()
    for side in duel.snapshot().sides.values():
        assert side.outcome is not None
        assert side.outcome.status == "misclassified"
        assert side.account.paid == len(side.told) == side.linf == 0
        assert side.true.tolist() == [[0, pytest.approx(side.outcome.margin)]]
    assert len(duel.sides["defended"].film.frames) == 1


def test_without_watching_the_games_are_the_same(scene: Scene, duel: Duel) -> None:
    blind = play(Duel(run(), scene, watch=False))
    for name, side in play(duel).sides.items():
        outcome, other = side.outcome, blind.sides[name].outcome
        assert outcome is not None
        assert other is not None
        assert record(outcome) == record(other)
        assert other.account.monitor == 1
        assert len(other.trace.true) == 1
