"""Where answers are slow little is in progress, so that a run that is killed loses little; the games are the same."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from torch import Tensor

from rnd_lab.attacks.bandit import BanditSpec
from rnd_lab.attacks.catalog import AnyAttack
from rnd_lab.attacks.nes import NesSpec
from rnd_lab.attacks.square import SquareSpec
from rnd_lab.attacks.zs import ZsSpec
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.defenses.defense import Answer, DefenseSpec, is_random
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.defenses.rse import RseSpec
from rnd_lab.evaluation import pace, spreading
from rnd_lab.evaluation.estimate import effort, most_forwards, timed_as
from rnd_lab.evaluation.pace import SLOTS, Pace
from rnd_lab.evaluation.run import Progress, evaluate
from rnd_lab.evaluation.spec import DefendedModel
from rnd_lab.evaluation.spreading import Pool
from rnd_lab.evaluation.stage import Stage, set_stage
from rnd_lab.game.outcome import Game
from rnd_lab.game.referee import Criterion, Referee
from rnd_lab.game.threat import ThreatModel
from rnd_lab.models.classifier import Classifier
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.draws import Rows
from rnd_lab.results.cell import CellSpec
from rnd_lab.results.database import Database
from tests.evaluation.small import Table, small, table


def takes(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let every answer take so long, as far as the pace is told."""

    def answer_time(classifier: Classifier, defense: Sequence[DefenseSpec], count: int) -> float:
        return seconds * count

    monkeypatch.setattr(pace, "answer_time", answer_time)
    spreading._pace.cache_clear()  # a worker measures once in its life, and the tests are one worker


def test_the_longer_a_game_takes_the_fewer_are_in_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    _, cell = small().cells()[0]
    stage = set_stage(cell.model, cell.data, "cpu")
    found = []
    for seconds in (0.001, 0.5, 60):
        takes(monkeypatch, seconds)
        found.append(Pace(stage).games(cell))
    quick, slow, slowest = found
    assert quick == SLOTS > slow > slowest == 8  # fewer than 8 would take as long


def test_only_a_few_slow_games_are_begun_before_the_first_ends(
    path: Path, uninterrupted: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []
    going_on: list[int] = []
    plain = Stage.game

    def game(self: Stage, cell: CellSpec, image: int) -> Game:
        begun.append(image)
        return plain(self, cell, image)

    def report(progress: Progress) -> None:
        if progress.finished and not going_on:
            going_on.append(len(begun) - len(progress.finished))

    monkeypatch.setattr(Stage, "game", game)
    takes(monkeypatch, 60)
    evaluate(small(), path, "cpu", report)
    assert going_on == [8]
    assert table(path) == uninterrupted


@pytest.mark.parametrize(("seconds", "chunks"), [(0.001, 4), (60, 8)])
def test_workers_get_slow_games_in_smaller_chunks(
    path: Path, uninterrupted: Table, monkeypatch: pytest.MonkeyPatch, seconds: float, chunks: int
) -> None:
    rounds: list[Progress] = []

    def report(progress: Progress) -> None:
        rounds.extend([progress] if progress.finished else [])

    takes(monkeypatch, seconds)
    evaluate(small(), path, "cpu", report, partial(ThreadPoolExecutor, 1))
    assert len(rounds) == chunks
    assert table(path) == uninterrupted


@pytest.mark.parametrize("pool", [None, partial(ThreadPoolExecutor, 1)], ids=["here", "workers"])
def test_a_defense_that_breaks_costs_its_own_games_alone(
    path: Path, monkeypatch: pytest.MonkeyPatch, pool: Pool | None
) -> None:
    def broken(self: RndSpec, images: Tensor, rows: Rows, model: Answer) -> Tensor:
        raise ValueError("broken")

    spreading._pace.cache_clear()
    monkeypatch.setattr(RndSpec, "answer", broken)
    evaluate(small(), path, "cpu", pool=pool)
    with Database(path) as database:
        for cell in database.cells(1):
            messages = {game.message for game in database.games(cell.id)}
            assert messages == ({"ValueError: broken"} if cell.spec.defense else {""})


def test_a_stack_that_the_model_cannot_answer_through_is_told_with_its_games(path: Path) -> None:
    evaluate(small(models=(DefendedModel(defense=(RseSpec(),)),)), path, "cpu")
    with Database(path) as database:
        messages = {game.message for cell in database.cells(1) for game in database.games(cell.id)}
    assert len(messages) == 1
    assert "RSE is noise inside a network" in messages.pop()


def test_the_time_of_an_evaluation_adds_up_what_each_stack_takes() -> None:
    rse = DefendedModel(model=ModelSpec(source="cifar10-resnet20-rse"), defense=(RseSpec(),))
    plain = DefendedModel()
    both = effort(small(models=(plain, rse)))
    quick, slow = timed_as(plain.model, ()), timed_as(rse.model, rse.defense)
    assert both.seconds({quick: 100.0}) is None
    assert both.seconds({quick: 100.0, slow: 1.0}) == both.forwards[quick] / 100 + both.forwards[slow]


def test_games_that_are_judged_once_in_many_probes_take_fewer_answers() -> None:
    zs, square = (effort(small(attacks=(attack,))) for attack in (ZsSpec(samples=9), SquareSpec()))
    stack = timed_as(ModelSpec(), (RndSpec(),))
    assert zs.forwards[stack] == 10 * (40 + 4 * 2 + 5)  # probes; judgements of 4 steps and their control; start and end
    assert square.forwards[stack] == 10 * (40 + 40 * 2 + 5)


@pytest.mark.parametrize("attack", [NesSpec(samples=4), BanditSpec(), ZsSpec(samples=5), SquareSpec()])
@pytest.mark.parametrize("ends", ["first_hit", "vote", "noise_free"])
def test_no_game_takes_more_answers_than_are_reckoned(path: Path, attack: AnyAttack, ends: Criterion) -> None:
    """Watched ones take most."""
    tiny = ThreatModel(budget=40, epsilon=1e-6)
    spec = small(
        attacks=(attack,), threat=tiny, watch=True, referee=Referee(votes=3, ends=ends), data=DataSpec(images=2)
    )
    evaluate(spec, path, "cpu")
    with Database(path) as database:
        for cell in database.cells(1):
            taken = [game.strict + game.controls for game in database.games(cell.id)]
            assert max(taken) <= most_forwards(cell.spec)
            if is_random(cell.spec.defense):
                assert max(taken) > 0.9 * most_forwards(cell.spec)


def test_one_rate_serves_every_nu() -> None:
    found = effort(small(models=(DefendedModel(defense=(RndSpec(nu=0.3),)),), nu=(0.01, 0.02)))
    assert list(found.forwards) == [timed_as(ModelSpec(), (RndSpec(nu=0.07),))]


def test_the_images_that_are_asked_about_at_once_have_room(monkeypatch: pytest.MonkeyPatch) -> None:
    takes(monkeypatch, 0.0001)
    _, cell = small().cells()[0]
    stage = set_stage(cell.model, cell.data, "cpu")
    photographs = replace(stage, classifier=replace(stage.classifier, input_size=(224, 224)))

    def games(stage: Stage, attack: AnyAttack, repeats: int = 1) -> int:
        threat = cell.threat.model_copy(update={"eot": repeats})
        return Pace(stage).games(cell.model_copy(update={"attack": attack, "threat": threat}))

    many = NesSpec(samples=100)
    assert games(stage, many) == games(photographs, SquareSpec()) == SLOTS
    assert games(photographs, many) == 4  # 100 photographs of three numbers a pixel are 60 MB
    assert games(photographs, many, repeats=10) == 1
