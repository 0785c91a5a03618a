"""The same game gives the same bits however it is played: alone, in any company, in any order, watched, cut in two."""

from typing import Any

import pytest
from torch import nn

from rnd_lab.attacks.attack import AttackSpec
from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.attacks.nes import NesSpec
from rnd_lab.attacks.square import SquareSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.game.driver import Driver
from rnd_lab.game.forward import Forward
from rnd_lab.game.outcome import Game
from rnd_lab.game.referee import Referee
from rnd_lab.game.threat import ThreatModel
from tests.toys import driver, pictures, play, record, small_network

WAYS: dict[str, dict[str, Any]] = {
    "alone": {"slots": 1},
    "in threes": {"slots": 3},
    "in sevens, forwards of eight rows": {"slots": 7, "micro_batch": 8},
    "backwards, forwards of 40 rows": {"slots": 3, "micro_batch": 40, "order": -1},
    "watched": {"slots": 7, "watch": True},
}
every_way = pytest.mark.parametrize("way", WAYS)


class Table:
    """The same games, played again and again in different ways."""

    def __init__(
        self, network: nn.Module, attack: AttackSpec, threat: ThreatModel, games: list[Game], nu: float
    ) -> None:
        self.network, self.attack, self.threat, self.games = network, attack, threat, games
        self.defenses = (RndSpec(nu=nu),)

    def driver(self, slots: int, micro_batch: int = 256, watch: bool = False) -> Driver:
        forward = Forward(self.network, micro_batch)
        shape = self.games[0].image.shape
        options: dict[str, Any] = {"shape": tuple(shape), "slots": slots, "watch": watch}
        return driver(forward, self.attack, self.threat, self.defenses, Referee(votes=3), **options)

    def play(self, slots: int, order: int = 1, **options: Any) -> dict[str, dict[str, Any]]:
        outcomes = play(self.driver(slots, **options), self.games[::order])
        return {outcome.game.name: record(outcome) for outcome in outcomes}

    def play_in_two_parts(self) -> dict[str, dict[str, Any]]:
        """Stop after two outcomes, with games still on the table, and start all others again with another driver."""
        records: dict[str, dict[str, Any]] = {}
        for outcome in self.driver(3).play(iter(self.games)):
            records[outcome.game.name] = record(outcome)
            if len(records) == 2:
                break
        rest = [game for game in self.games if game.name not in records]
        return records | {outcome.game.name: record(outcome) for outcome in play(self.driver(2), rest)}


@pytest.fixture(scope="module", params=["square", "nes"])
def shipped(request: pytest.FixtureRequest, resnet: nn.Module, photographs: list[Game]) -> Table:
    """The model that comes with the lab, with RND."""
    attack, budget = (SquareSpec(), 10) if request.param == "square" else (NesSpec(mu=0.03, samples=14, step=0.03), 42)
    return Table(resnet, attack, ThreatModel(budget=budget), photographs, 0.02)


@pytest.fixture(scope="module")
def expected(shipped: Table) -> dict[str, dict[str, Any]]:
    return shipped.play(slots=7)


@every_way
def test_a_game_does_not_depend_on_how_it_is_played(
    shipped: Table, expected: dict[str, dict[str, Any]], way: str
) -> None:
    assert shipped.play(**WAYS[way]) == expected


def test_a_cut_evaluation_equals_an_uninterrupted_one(shipped: Table, expected: dict[str, dict[str, Any]]) -> None:
    assert shipped.play_in_two_parts() == expected


def test_the_seed_and_the_noise_are_what_it_depends_on(shipped: Table, expected: dict[str, dict[str, Any]]) -> None:
    assert {entry["status"] for entry in expected.values()} > {"misclassified", "failure"}
    game = shipped.games[3]
    other = Game(game.name, game.image, game.label, seed=99)
    undefended = driver(shipped.network, shipped.attack, shipped.threat, shape=(3, 32, 32))
    told = [record(play(shipped.driver(1), [other])[0])["told"], record(play(undefended, [game])[0])["told"]]
    assert expected[game.name]["told"] not in told


@pytest.mark.parametrize(("name", "norm"), [(name, norm) for name, spec in ATTACKS.items() for norm in spec.norms])
def test_every_attack_plays_the_same_game_in_any_company(name: str, norm: str) -> None:
    """With all that a threat model has: EOT under ℓ∞, rounded candidates and probabilities under ℓ2."""
    network = small_network()
    if norm == "linf":
        threat = ThreatModel(epsilon=0.05, budget=32, eot=3, account="adaptive")
    else:
        threat = ThreatModel(norm="l2", epsilon=0.3, budget=32, eight_bit=True, feedback="probabilities")
    table = Table(network, ATTACKS[name].for_data("cifar10", threat.norm), threat, pictures(5, network), 0.02)
    expected = table.play(slots=5)
    assert len({entry["image"] for entry in expected.values()}) == len(table.games)
    assert table.play(slots=2, order=-1, micro_batch=8, watch=True) == expected
    table.games = table.games[3:]
    alone = table.play(slots=1)
    assert alone == {name: expected[name] for name in alone}
