"""From the form to a game: what is typed, loaded, started, stepped and stopped."""

from pathlib import Path
from threading import Event

import pytest
import torch
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from rnd_lab.experiments import duel as duels
from rnd_lab.experiments.duel import Scene, see
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.gui.attack_tab import AttackTab
from rnd_lab.gui.main_window import MainWindow
from rnd_lab.gui.player import State
from rnd_lab.models.architectures import build
from rnd_lab.models.spec import ModelSpec
from tests.gui.waiting import WAIT


def choose(combo: object, data: object) -> None:
    combo.setCurrentIndex(combo.findData(data))
    combo.activated.emit(combo.currentIndex())


def test_start_takes_the_class_that_is_typed(qtbot: QtBot, window: MainWindow) -> None:
    tab, classes = window.tab, window.tab.panel.image.true_class
    window.activateWindow()
    classes.setFocus()
    qtbot.waitUntil(classes.hasFocus, timeout=WAIT)
    classes.lineEdit().setText("frog")
    tab.run_or_pause()
    assert tab.playing.label == 6
    qtbot.waitUntil(lambda: tab.state in (State.PLAYING, State.DONE), timeout=WAIT)
    assert tab.draft.spec.label == 6


def test_what_is_changed_while_a_model_loads_is_shown_when_it_is_there(qtbot: QtBot, tab: AttackTab) -> None:
    spec = tab.draft.spec
    tab.draft.edit(spec.model_copy(update={"image": "dog-01", "label": None}), "Image")
    qtbot.waitUntil(lambda: tab.player.state is State.LOADING, timeout=WAIT)
    threat = spec.threat.model_copy(update={"epsilon": 0.125})
    tab.draft.edit(tab.draft.spec.model_copy(update={"threat": threat}), "Threat model")
    qtbot.waitUntil(lambda: tab.state is State.READY, timeout=WAIT)
    assert "0.125" in tab.view.headline.text()


def test_parameters_are_locked_from_the_start_on(qtbot: QtBot, tab: AttackTab) -> None:
    """The game that is asked for may have to be loaded first."""
    tab.set_spec(RunSpec(image="dog-01", threat={"budget": 10_000_000, "epsilon": 1e-5}, duel=False))
    tab.play()
    assert not tab.panel.threat.isEnabled()
    assert not tab.set_spec(RunSpec())
    qtbot.waitUntil(lambda: tab.state is State.PLAYING, timeout=WAIT)
    tab.stop()
    qtbot.waitUntil(lambda: tab.state is State.DONE, timeout=WAIT)
    assert tab.panel.threat.isEnabled()


def test_no_step_is_lost_though_the_first_is_still_being_made(qtbot: QtBot, tab: AttackTab) -> None:
    for _ in range(3):
        tab.step()
    qtbot.waitUntil(lambda: tab.player.snapshot is not None and steps_of(tab) == 3, timeout=WAIT)
    tab.stop()
    qtbot.waitUntil(lambda: tab.state is State.DONE, timeout=WAIT)
    assert steps_of(tab) == 3


def steps_of(tab: AttackTab) -> int:
    assert tab.player.snapshot
    return len(tab.player.snapshot.sides["defended"].told)


def test_a_step_of_a_game_that_is_over_before_it_begins(qtbot: QtBot, tab: AttackTab) -> None:
    tab.set_spec(RunSpec(image="dog-01", label=3))
    qtbot.waitUntil(lambda: tab.state is State.READY, timeout=WAIT)
    tab.step()
    qtbot.waitUntil(lambda: tab.state is State.DONE, timeout=WAIT)
    assert tab.panel.threat.isEnabled()


def test_stop_is_offered_while_what_was_started_is_loaded(
    qtbot: QtBot, tab: AttackTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way out of a long download."""
    waiting, go_on = Event(), Event()

    def slow(*arguments: object) -> Scene:
        waiting.set()
        go_on.wait()
        return see(*arguments)

    monkeypatch.setattr(duels, "see", slow)
    tab.set_spec(RunSpec(image="dog-01", threat={"budget": 10_000_000, "epsilon": 1e-5}, duel=False))
    tab.play()
    qtbot.waitUntil(waiting.is_set, timeout=WAIT)
    assert tab.panel.run_bar.stop.isEnabled()
    tab.panel.run_bar.stop.click()
    go_on.set()
    qtbot.waitUntil(lambda: not tab.busy, timeout=WAIT)
    assert tab.panel.threat.isEnabled()


def test_load_again_takes_what_is_typed(qtbot: QtBot, tab: AttackTab, tmp_path: Path) -> None:
    weights = tmp_path / "net.pt"
    torch.save(build("resnet20", 10).state_dict(), weights)
    tab.set_model(ModelSpec(source=str(weights), architecture="nonsense"))
    qtbot.waitUntil(lambda: tab.state is State.EMPTY, timeout=WAIT)
    line = tab.panel.model.form.rows["architecture"].editor.widget
    tab.window().activateWindow()
    line.setFocus()
    qtbot.waitUntil(line.hasFocus, timeout=WAIT)
    line.setText("resnet20")
    tab.run_or_pause()
    qtbot.waitUntil(lambda: tab.state is State.READY, timeout=WAIT)
    assert tab.draft.spec.model.architecture == "resnet20"


def test_the_status_bar_does_not_promise_what_cannot_be_started(window: MainWindow) -> None:
    budget = window.tab.panel.threat.form.rows["budget"].editor
    budget.set_value(0)
    budget.edited.emit()
    assert "Space starts" not in window.tab.doing.says


def test_start_takes_a_number_that_is_typed_in_place_of_a_wrong_one(qtbot: QtBot, window: MainWindow) -> None:
    start, tab = window.actions_by_key["start"], window.tab
    budget = tab.panel.threat.form.rows["budget"].editor.widget
    window.activateWindow()
    budget.setFocus()
    qtbot.waitUntil(budget.hasFocus, timeout=WAIT)

    def type_in(text: str) -> None:
        budget.selectAll()
        qtbot.keyClicks(budget, text)

    type_in("0")
    qtbot.keyClick(budget, Qt.Key.Key_Return)
    assert not start.isEnabled()
    for wrong in ("-1", "-1"):
        type_in(wrong)
        assert start.isEnabled()
        start.trigger()
        assert not tab.busy
        assert tab.panel.run_bar.problem.text()
        assert not start.isEnabled()
    type_in("5")
    start.trigger()
    assert tab.playing.threat.budget == 5
    qtbot.waitUntil(lambda: tab.state is State.DONE, timeout=WAIT)


def test_start_is_offered_again_when_the_old_value_is_put_back(qtbot: QtBot, window: MainWindow) -> None:
    start, panel = window.actions_by_key["start"], window.tab.panel
    choose(panel.attack.combo, "nes")
    samples = panel.attack.form.rows["samples"].editor.widget
    before = samples.value()
    samples.setValue(7)
    assert panel.run_bar.problem.text()
    assert not start.isEnabled()
    samples.setValue(before)
    assert not panel.run_bar.problem.text()
    assert start.isEnabled()
