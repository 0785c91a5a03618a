"""The Batch tab beside the others: shared keys, playing and running at the same time, closing."""

from collections.abc import Sequence

import pytest
from pytestqt.qtbot import QtBot

from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.game.threat import ThreatModel
from rnd_lab.gui import close_question
from rnd_lab.gui.batch.batch_tab import BatchTab
from rnd_lab.gui.batch.run_bar import BatchState
from rnd_lab.gui.main_window import MainWindow
from rnd_lab.gui.player import State
from rnd_lab.results.lock import sole_writer
from tests.gui.batch.conftest import ENDLESS, tiny
from tests.gui.shell.conftest import open_window, window
from tests.gui.waiting import WAIT

__all__ = ["open_window", "window"]


def batch_of(qtbot: QtBot, window: MainWindow) -> BatchTab:
    window.actions_by_key["show_batch"].trigger()
    qtbot.waitUntil(lambda: window.pages.batch is not None, timeout=WAIT)
    assert window.pages.batch
    return window.pages.batch


def start(qtbot: QtBot, window: MainWindow, batch: BatchTab) -> None:
    batch.load(tiny(threat=ENDLESS))
    assert window.actions_by_key["start"].isEnabled()
    window.actions_by_key["start"].trigger()
    assert batch.runner
    with qtbot.waitSignal(batch.runner.progressed, timeout=WAIT, check_params_cb=lambda it: it.passes > 0):
        pass


def test_a_game_can_be_watched_while_an_evaluation_runs(qtbot: QtBot, window: MainWindow) -> None:
    batch = batch_of(qtbot, window)
    start(qtbot, window, batch)
    window.actions_by_key["show_attack"].trigger()
    window.pages.replay(RunSpec(threat=ThreatModel(budget=20), defense=(), seed=3))
    tab = window.tab
    assert tab
    qtbot.waitUntil(lambda: tab.state is State.DONE, timeout=WAIT)
    assert tab.playing.seed == 3
    assert batch.state is BatchState.PLAYING
    window.actions_by_key["show_batch"].trigger()
    window.actions_by_key["stop"].trigger()
    qtbot.waitUntil(lambda: batch.state is BatchState.IDLE, timeout=WAIT)
    window.actions_by_key["show_attack"].trigger()
    assert tab.view.headline.isVisible()
    assert tab.view.scoreboard.cells["undefended", "queries"].text() == "20 / 20"


def test_evaluations_that_wait_are_not_forgotten_without_a_question(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = batch_of(qtbot, window)
    batch.waiting.append(tiny())
    asked: list[Sequence[str]] = []

    def ask(parent: object, waiting: Sequence[str]) -> bool:
        asked.append(waiting)
        return len(asked) > 1

    monkeypatch.setattr(close_question, "ask_waiting", ask)
    assert not window.close()
    assert window.close()
    assert asked == [["tiny"]] * 2


@pytest.mark.parametrize("wanted", [False, True])
def test_closing_while_an_evaluation_runs_asks_and_leaves_nothing_running(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch, wanted: bool
) -> None:
    batch = batch_of(qtbot, window)
    start(qtbot, window, batch)
    with monkeypatch.context() as patch:
        patch.setattr(close_question, "ask_batch", lambda parent, waiting: wanted)
        assert window.close() is wanted
    if wanted:
        with sole_writer(batch.path):
            pass
    else:
        assert batch.busy
        monkeypatch.setattr(close_question, "ask_batch", lambda parent, waiting: True)
