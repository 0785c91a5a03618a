from pathlib import Path
from threading import Event

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from rnd_lab.experiments import duel as duels
from rnd_lab.experiments import keep
from rnd_lab.experiments.duel import Duel, Scene, Snapshot, see, set_scene
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.game.threat import ThreatModel
from rnd_lab.gui.player import Player, State
from tests.gui.waiting import WAIT


def steps(player: Player) -> int:
    assert player.snapshot is not None
    return len(player.snapshot.sides["defended"].told)


def reach(player: Player, state: State, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: player.state is state, timeout=WAIT)


def test_prepare_loads_a_scene(ready: Player) -> None:
    assert ready.scene is not None
    assert ready.scene.classifier.labels[ready.scene.label] == "ship"
    assert ready.snapshot is None


def test_start_pause_step_resume_stop(ready: Player, spec: RunSpec, qtbot: QtBot) -> None:
    states: list[State] = []
    ready.state_changed.connect(states.append)
    ready.start(spec)
    qtbot.waitUntil(lambda: ready.snapshot is not None and steps(ready) > 2, timeout=WAIT)
    ready.pause()
    reach(ready, State.PAUSED, qtbot)
    here = steps(ready)
    with qtbot.assertNotEmitted(ready.snapshot_ready, wait=150):
        pass
    with qtbot.waitSignal(ready.snapshot_ready, timeout=WAIT):
        ready.step()
    assert steps(ready) == here + 1
    ready.resume()
    qtbot.waitUntil(lambda: steps(ready) > here + 3, timeout=WAIT)
    ready.stop()
    reach(ready, State.DONE, qtbot)
    assert steps(ready) > here + 3
    assert states == [State.PLAYING, State.PAUSED, State.PLAYING, State.DONE]


def test_step_begins_a_paused_game(ready: Player, qtbot: QtBot) -> None:
    ready.step()
    reach(ready, State.PAUSED, qtbot)
    assert steps(ready) == 1


def test_step_while_playing_pauses(ready: Player, spec: RunSpec, qtbot: QtBot) -> None:
    ready.start(spec)
    reach(ready, State.PLAYING, qtbot)
    ready.step()
    reach(ready, State.PAUSED, qtbot)


def test_another_game_after_the_end(ready: Player, spec: RunSpec, qtbot: QtBot) -> None:
    ready.step()
    reach(ready, State.PAUSED, qtbot)
    ready.stop()
    reach(ready, State.DONE, qtbot)
    ready.start(spec)
    reach(ready, State.PLAYING, qtbot)


def test_stop_before_the_game_begins(ready: Player, spec: RunSpec, qtbot: QtBot) -> None:
    states: list[State] = []
    ready.state_changed.connect(states.append)
    ready.start(spec)
    assert ready.starting
    ready.stop()
    qtbot.waitUntil(lambda: not ready.starting, timeout=WAIT)
    reach(ready, State.READY if State.PLAYING not in states else State.DONE, qtbot)


def test_stop_before_the_game_begins_does_not_show_the_game_before(
    ready: Player, spec: RunSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    """The worker is still saving that one when it is asked to play another, and not to."""
    ready.start(spec)
    reach(ready, State.PLAYING, qtbot)
    ready.stop()
    reach(ready, State.DONE, qtbot)
    saving, stopped = Event(), Event()

    def slow(*arguments: object) -> None:
        saving.set()
        stopped.wait()

    monkeypatch.setattr(keep, "save_json", slow)
    ready.save_json(tmp_path / "result.json")
    assert saving.wait(WAIT / 1000)
    ready.start(spec.model_copy(update={"seed": 1}))
    ready.stop()
    stopped.set()
    with qtbot.waitSignal(ready.saved, timeout=WAIT):
        pass
    reach(ready, State.READY, qtbot)
    ready.step()
    reach(ready, State.PAUSED, qtbot)
    assert steps(ready) == 1


def test_a_scene_that_was_loaded_for_an_older_request_is_told(
    ready: Player, spec: RunSpec, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    looking, wanted_again = Event(), Event()

    def slow(*arguments: object) -> Scene:
        looking.set()
        wanted_again.wait()
        return see(*arguments)

    monkeypatch.setattr(duels, "see", slow)
    other = spec.model_copy(update={"image": "dog-01"})
    ready.start(other)
    assert looking.wait(WAIT / 1000)
    with qtbot.waitSignal(ready.scene_ready, timeout=WAIT):
        ready.start(other)
        wanted_again.set()
    reach(ready, State.PLAYING, qtbot)


def test_finished_game_is_the_one_that_a_duel_plays(player: Player, spec: RunSpec, qtbot: QtBot) -> None:
    spec = spec.model_copy(update={"threat": ThreatModel(epsilon=0.05, budget=12)})
    player.prepare(spec, "cpu")
    reach(player, State.READY, qtbot)
    player.start(spec)
    reach(player, State.DONE, qtbot)
    duel = Duel(spec, set_scene(spec, "cpu"))
    while not duel.done:
        duel.step()
    expected, shown = duel.snapshot(), player.snapshot
    assert shown is not None
    assert shown.done
    for name, side in expected.sides.items():
        view = shown.sides[name]
        np.testing.assert_array_equal(view.told, side.told)
        np.testing.assert_array_equal(view.true, side.true)
        np.testing.assert_array_equal(view.image, side.image)
        assert view.account == side.account
        assert view.outcome is not None
        assert side.outcome is not None
        assert view.outcome.verdicts == side.outcome.verdicts


def test_slow_window_sees_the_newest_only(ready: Player, spec: RunSpec, qtbot: QtBot) -> None:
    """While a snapshot is handled no second one is made, however long that takes."""
    seen: list[int] = []

    def look(snapshot: Snapshot) -> None:
        seen.append(len(snapshot.sides["defended"].told))
        if len(seen) == 2:
            qtbot.waitUntil(lambda: worker_steps(ready) > seen[-1] + 10, timeout=WAIT)

    ready.snapshot_ready.connect(look)
    ready.start(spec)
    qtbot.waitUntil(lambda: len(seen) >= 4, timeout=WAIT)
    assert seen == sorted(seen)
    assert seen[2] > seen[1] + 10


def worker_steps(player: Player) -> int:
    duel = player._worker._duel
    return len(duel.sides["defended"].trace.told) if duel else 0


def test_close_while_playing(player: Player, spec: RunSpec, qtbot: QtBot) -> None:
    player.prepare(spec, "cpu")
    player.start(spec)
    reach(player, State.PLAYING, qtbot)
    player.close()
    assert not player._thread.isRunning()
    player.close()


def test_close_while_loading(player: Player, spec: RunSpec) -> None:
    player.prepare(spec, "cpu")
    player.close()
    assert not player._thread.isRunning()
