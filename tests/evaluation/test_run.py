"""Evaluations: what they keep, and that nothing stops or changes them."""

import gc
import weakref
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from rnd_lab.attacks.square import SquareSpec
from rnd_lab.data import sets
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.defenses.blacklight import BlacklightSpec
from rnd_lab.defenses.defense import Answer, Inside
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.defenses.rse import RseSpec
from rnd_lab.evaluation import playing, run
from rnd_lab.evaluation.pace import Pace
from rnd_lab.evaluation.playing import Task, play
from rnd_lab.evaluation.replay import replay
from rnd_lab.evaluation.run import Progress, evaluate
from rnd_lab.evaluation.spec import DefendedModel
from rnd_lab.evaluation.stage import set_stage
from rnd_lab.experiments.duel import Duel, set_scene
from rnd_lab.game.driver import Driver
from rnd_lab.game.forward import Forward
from rnd_lab.game.outcome import Outcome
from rnd_lab.game.threat import ThreatModel
from rnd_lab.models.bundled import bundled_folder
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.errors import Cancelled, LabError
from rnd_lab.reports.summary import summarize
from rnd_lab.results.cell import CellSpec
from rnd_lab.results.database import Database
from rnd_lab.results.record import GameRecord
from tests.evaluation.small import Table, small, table


def test_games_are_on_the_disk_when_they_are_told(path: Path) -> None:
    told: list[tuple[int, int]] = []

    def report(progress: Progress) -> None:
        told.extend((cell, game.image) for cell, game in progress.finished)
        with Database(path, create=False) as reader:
            cells = reader.cells(progress.evaluation)
            assert sorted(told) == [(cell.id, image) for cell in cells for image in sorted(reader.done(cell.id))]

    evaluate(small(), path, "cpu", report)
    assert len(told) == 40


def test_every_game_is_the_one_that_is_played_alone(path: Path, uninterrupted: Table) -> None:
    evaluate(small(), path, "cpu")
    with Database(path) as database:
        noisy = database.cells(1)[2]
        for game in database.games(noisy.id)[:4]:
            spec = replay(noisy.spec, game)
            duel = Duel(spec, set_scene(spec, "cpu"))
            while not duel.done:
                duel.step()
            outcome = duel.sides["defended"].outcome
            assert outcome is not None
            assert outcome.status == game.status
            assert outcome.account.paid == game.paid
            assert torch.equal(outcome.image, torch.tensor(database.adversarial(noisy.id, game.image)))


@pytest.mark.parametrize("slots", [1, 7])
def test_the_number_of_slots_changes_nothing(
    path: Path, uninterrupted: Table, monkeypatch: pytest.MonkeyPatch, slots: int
) -> None:
    monkeypatch.setattr(run, "Pace", partial(Pace, most=slots))
    evaluate(small(), path, "cpu")
    assert table(path) == uninterrupted


def test_a_run_that_was_stopped_goes_on(path: Path, uninterrupted: Table) -> None:
    def stop(progress: Progress) -> None:
        if progress.done >= 15:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        evaluate(small(), path, "cpu", stop)
    reports: list[Progress] = []
    evaluate(small(), path, "cpu", reports.append)
    assert table(path) == uninterrupted
    assert reports[0].done >= 15
    assert sum(len(it.finished) for it in reports) == 40 - reports[0].done
    assert (reports[-1].done, reports[-1].total) == (40, 40)


def test_nothing_is_played_twice(path: Path, uninterrupted: Table) -> None:
    evaluate(small(), path, "cpu")
    reports: list[Progress] = []
    evaluate(small(), path, "cpu", reports.append)
    assert reports[-1].passes == 0


def test_the_control_asks_the_clean_image_as_often_as_the_game_was_judged(uninterrupted: Table) -> None:
    for title, rows in uninterrupted.items():
        for game in [row[0] for row in rows]:
            if game.status == "misclassified":
                assert (game.controls, game.control_hit) == (0, None)
            elif "RND" not in title:
                assert (game.controls, game.control_hit) == (0, False)
            elif game.control_hit:
                assert 0 < game.controls <= game.judge - 4 + 7
            else:
                assert game.controls == game.judge - 4  # the start and the three votes at the end are no judgement


def test_a_model_that_cannot_be_loaded_stops_only_its_own_cells(path: Path) -> None:
    missing = DefendedModel(model=ModelSpec(source="gone.safetensors"))
    reports: list[Progress] = []
    evaluate(small(models=(missing, DefendedModel())), path, "cpu", reports.append)
    with Database(path) as database:
        cells = database.cells(1)
        assert ["gone.safetensors" in cell.message for cell in cells] == [True, True, False, False]
        assert [len(database.games(cell.id)) for cell in cells] == [0, 0, 10, 10]
    assert [cell for it in reports for cell, _ in it.failed] == [cells[0].id, cells[1].id]


def test_what_is_finished_stays_so_where_its_model_is_gone(path: Path, tmp_path: Path) -> None:
    weights = tmp_path / "net.safetensors"
    weights.write_bytes((bundled_folder() / "cifar10-resnet20.safetensors").read_bytes())
    spec = small(models=(DefendedModel(model=ModelSpec(source=str(weights))), DefendedModel()))
    evaluate(spec, path, "cpu")
    weights.unlink()
    reports: list[Progress] = []
    evaluate(spec, path, "cpu", reports.append)
    assert not any(it.failed for it in reports)
    with Database(path) as database:
        assert [cell.message for cell in database.cells(1)] == [""] * 4


def test_finished_cells_of_another_model_under_the_same_path_are_not_taken_for_its_own(
    path: Path, tmp_path: Path
) -> None:
    weights = tmp_path / "net.safetensors"
    spec = small(models=(DefendedModel(model=ModelSpec(source=str(weights))),))
    for name, message in (("cifar10-resnet20", ""), ("cifar10-resnet20-gf", "model"), ("cifar10-resnet20", "")):
        weights.write_bytes((bundled_folder() / f"{name}.safetensors").read_bytes())
        reports: list[Progress] = []
        evaluate(spec.model_copy(update={"name": name}), path, "cpu", reports.append)
        assert bool(message) == any(it.failed for it in reports)
        with Database(path) as database:
            assert all(message in cell.message and bool(message) == bool(cell.message) for cell in database.cells(1))
            assert all(len(database.done(cell.id)) == cell.planned for cell in database.cells(1))


def test_looking_whether_a_finished_model_is_the_same_downloads_nothing_and_keeps_what_was_told(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "net.safetensors"
    spec = small(models=(DefendedModel(model=ModelSpec(source=str(weights))),))
    for name in ("cifar10-resnet20", "cifar10-resnet20-gf"):
        weights.write_bytes((bundled_folder() / f"{name}.safetensors").read_bytes())
        evaluate(spec, path, "cpu")
    weights.unlink()
    evaluate(spec, path, "cpu")
    with Database(path) as database:
        assert all("changed since it was begun" in cell.message for cell in database.cells(1))

    asked: list[str] = []

    def download(model: ModelSpec, data: DataSpec, device: str, tell: Callable[[str, int, int], None]) -> None:
        asked.append(model.source)
        tell("CIFAR-10", 0, 100)
        raise KeyboardInterrupt  # it was downloaded

    monkeypatch.setattr(run, "set_stage", download)
    evaluate(spec, path, "cpu")
    assert asked == [str(weights)]


def test_a_broken_picture_costs_one_game(path: Path, tmp_path: Path) -> None:
    for name in ("0/a", "0/b", "1/c"):
        (tmp_path / "set" / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (32, 32), (90, 120, 30)).save(tmp_path / "set" / f"{name}.png")
    (tmp_path / "set" / "0" / "b.png").write_bytes(b"\x89PNG nonsense")
    evaluate(small(data=DataSpec(source=str(tmp_path / "set"))), path, "cpu")
    with Database(path) as database:
        for cell in database.cells(1):
            bad = [game for game in database.games(cell.id) if game.status == "error"]
            assert len(bad) == 1
            assert "b.png" in bad[0].message
            assert len(database.done(cell.id)) == 2


def test_games_after_one_that_fails_are_played_together(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One broken answer among 10,000 images must not cost what asking them together saves."""
    monkeypatch.setattr(run, "Pace", partial(Pace, most=8))
    spec = small(models=(DefendedModel(defense=(RndSpec(),)),), attacks=(SquareSpec(),), data=DataSpec(images=32))
    _, cell = spec.cells()[0]
    stage = set_stage(cell.model, cell.data, "cpu")
    cursed, answer = stage.game(cell, stage.selection[0]).key, RndSpec.answer
    failures: list[int] = []
    together: list[int] = []

    def fail_on_one(self: RndSpec, images: Tensor, rows: Rows, model: Answer) -> Tensor:
        if cursed in rows.keys:
            failures.append(len(images))
            raise LabError("This image is cursed.")
        if 1 in failures:  # it failed alone too
            together.append(len({*rows.keys}))
        return answer(self, images, rows, model)

    monkeypatch.setattr(RndSpec, "answer", fail_on_one)
    evaluate(spec, path, "cpu")
    with Database(path) as database:
        assert len(database.done(1)) == 31
    assert max(together) >= 8


def test_a_game_that_fails_does_not_stop_or_change_the_others(
    path: Path, uninterrupted: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = small()
    _, cell = spec.cells()[2]
    stage = set_stage(cell.model, cell.data, "cpu")
    image = stage.selection[4]
    cursed, answer = stage.game(cell, image).key, RndSpec.answer

    def fail_on_one(self: RndSpec, images: Tensor, rows: Rows, model: Answer) -> Tensor:
        if cursed in rows.keys:
            raise LabError("This image is cursed.")
        return answer(self, images, rows, model)

    monkeypatch.setattr(RndSpec, "answer", fail_on_one)
    evaluate(spec, path, "cpu")
    with Database(path) as database:
        for stored in database.cells(1):
            failed = [(it.image, it.message) for it in database.games(stored.id) if it.status == "error"]
            assert failed == ([(image, "This image is cursed.")] if stored.spec.defense else [])
    monkeypatch.undo()
    evaluate(spec, path, "cpu")  # failed games are tried again
    assert table(path) == uninterrupted


def test_one_broken_answer_harms_no_other_cell(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every forward is shared; NaN scores of one cell's queries must stay its own."""
    plain = Forward.__call__

    def sometimes(self: Forward, images: Tensor, inside: tuple[Inside, ...] = ()) -> Tensor:
        if (images == 0.25).flatten(1).all(1).any():
            raise LabError("The model answered NaN or infinite scores.")
        return plain(self, images, inside)

    def grey(self: RndSpec, images: Tensor, rows: Rows, model: Answer) -> Tensor:
        return model(torch.full_like(images, 0.25))

    monkeypatch.setattr(Forward, "__call__", sometimes)
    monkeypatch.setattr(RndSpec, "answer", grey)
    evaluate(small(), path, "cpu")
    with Database(path) as database:
        for stored in database.cells(1):
            bad = {game.status == "error" for game in database.games(stored.id)}
            assert bad == {bool(stored.spec.defense)}


def test_targets_are_wrong_classes_and_stay_the_same(path: Path, tmp_path: Path) -> None:
    spec = small(goals=("targeted",), models=(DefendedModel(),), attacks=(SquareSpec(),))
    evaluate(spec, path, "cpu")
    evaluate(spec, tmp_path / "again.db", "cpu")
    assert table(path) == table(tmp_path / "again.db")
    games = [row[0] for rows in table(path).values() for row in rows]
    assert all(isinstance(game, GameRecord) and game.target not in (None, game.label) for game in games)


def test_a_download_is_told_and_can_be_stopped(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3), dtype=np.uint8)
    np.savez(tmp_path / "cifar10_test.npz", images=images, labels=np.arange(4))

    def fetch(progress: Callable[[int, int], None]) -> Path:
        progress(58_000_000, 170_000_000)
        progress(59_000_000, 0)
        return tmp_path

    def stop(progress: Progress) -> None:
        if progress.doing.startswith("Downloading"):
            raise Cancelled("enough")

    monkeypatch.setattr(sets, "fetch_cifar10", fetch)
    spec = small(data=DataSpec(source="cifar10"), models=(DefendedModel(),), attacks=(SquareSpec(),))
    with pytest.raises(Cancelled):
        evaluate(spec, path, "cpu", stop)
    reports: list[Progress] = []
    evaluate(spec, path, "cpu", reports.append)
    assert [it.doing for it in reports if it.doing] == [
        "Loading cifar10-resnet20",
        "Downloading CIFAR-10: 58 of 170 MB",
        "Downloading CIFAR-10: 59 MB",
    ]
    assert reports[-1].done == 4


def test_labels_of_another_data_set_are_refused(path: Path) -> None:
    evaluate(small(data=DataSpec(source="samples:imagenet", images=2)), path, "cpu")
    with Database(path) as database:
        assert all("Choose images that the model was made for" in cell.message for cell in database.cells(1))


def test_games_that_are_played_alone_after_an_error_have_the_memory_of_those_before(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drivers: list[weakref.ref[Driver]] = []
    left: list[bool] = []

    class Watched(Driver):
        def __init__(self, *rules: Any, **more: Any) -> None:
            gc.collect()
            left.append(any(driver() for driver in drivers))
            super().__init__(*rules, **more)
            drivers.append(weakref.ref(self))

        def step(self) -> list[Outcome]:
            if len(self._seats) > 1:
                raise RuntimeError("out of memory")
            return super().step()

    monkeypatch.setattr(playing, "Driver", Watched)
    evaluate(small(models=(DefendedModel(),), attacks=(SquareSpec(),)), path, "cpu")
    with Database(path) as database:
        assert not [it for it in database.games(database.cells(1)[0].id) if it.status == "error"]
    assert len(left) == 11
    assert not any(left)


def test_a_target_class_that_the_model_does_not_know_costs_its_own_game(path: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        Image.new("RGB", (32, 32), (90, 120, 30)).save(tmp_path / f"{name}.png")
    (tmp_path / "labels.csv").write_text("file,label,target_label\na.png,0,10\nb.png,0,9\n")
    spec = small(goals=("targeted",), models=(DefendedModel(),), attacks=(SquareSpec(),))
    evaluate(spec.model_copy(update={"data": DataSpec(source=str(tmp_path))}), path, "cpu")
    with Database(path) as database:
        first, second = database.games(database.cells(1)[0].id)
    assert first.message.startswith("a.png has the target class 10, and cifar10-resnet20 knows the classes 0 … 9.")
    assert second.status != "error"


def test_what_a_stateful_defense_flags_is_kept(path: Path) -> None:
    watched = DefendedModel(defense=(BlacklightSpec(threshold=5),))
    evaluate(small(models=(DefendedModel(), watched), attacks=(SquareSpec(),)), path, "cpu")
    with Database(path) as database:
        plain, flagged = summarize(database, 1)
    assert plain.flagged is None
    assert flagged.flagged is not None
    assert 0 < flagged.flagged <= 1
    assert any(game.flagged for game in flagged.games)


def test_passes_of_the_network_are_told(path: Path) -> None:
    noise = DefendedModel(defense=(RndSpec(nu=0.05),))
    ensemble = DefendedModel(model=ModelSpec(source="cifar10-resnet20-rse"), defense=(RseSpec(passes=3),))
    told: list[Progress] = []
    spec = small(models=(noise, ensemble), attacks=(SquareSpec(),), threat=ThreatModel(budget=3))
    evaluate(spec, path, "cpu", told.append)
    expected = 0
    with Database(path) as database:
        for cell, passes in zip(database.cells(1), (1, 3), strict=True):
            games = database.games(cell.id)
            expected += sum(passes * (game.paid + game.judge + game.controls) + game.monitor for game in games)
    assert told[-1].passes == expected
    assert told[-1].speed == expected / told[-1].seconds


def test_an_image_that_was_controlled_for_one_attack_is_not_asked_again_for_the_next() -> None:
    defense, threat = (RndSpec(nu=0.01),), ThreatModel(budget=12)
    cells = [CellSpec(defense=defense, attack=SquareSpec(p=it), threat=threat) for it in (0.1, 0.05)]
    stage = set_stage(cells[0].model, cells[0].data, "cpu")
    images = stage.selection[:4]
    tasks = [Task(number, cell, images) for number, cell in enumerate(cells)]
    rounds = list(play(tasks, "cpu", Pace(stage, 1)))  # one game at a time
    games = [played.record for turn in rounds for _, played in turn.finished]
    assert len(games) == 8
    assert not any(game.control_hit for game in games)
    controlled = sum(max(it.controls for it in games if it.image == image) for image in images)
    assert 0 < controlled < sum(game.controls for game in games)
    assert sum(turn.passes for turn in rounds) == sum(game.strict for game in games) + controlled
