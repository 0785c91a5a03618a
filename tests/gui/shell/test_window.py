"""The window as people use it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QDialog, QMessageBox
from pytestqt.qtbot import QtBot

from rnd_lab.experiments.presets import read_preset
from rnd_lab.experiments.run_spec import RunSpec, read_spec
from rnd_lab.gui import close_question, commands, save_dialog, save_question
from rnd_lab.gui.actions import ACTIONS, MENUS, TOOL_BAR
from rnd_lab.gui.attack_tab import AttackTab
from rnd_lab.gui.commands import Commands
from rnd_lab.gui.main_window import MainWindow
from rnd_lab.gui.places import Places
from rnd_lab.gui.player import State
from rnd_lab.gui.shortcuts_dialog import ShortcutsDialog
from tests.gui.waiting import WAIT

ENDLESS = {"threat": {"budget": 10_000_000, "epsilon": 1e-5}, "duel": False}


def play(qtbot: QtBot, tab: AttackTab, spec: RunSpec) -> None:
    tab.draft.edit(spec, "Test")
    qtbot.waitUntil(lambda: tab.state is State.READY, timeout=WAIT)
    with qtbot.waitSignal(tab.snapshot_shown, timeout=WAIT):
        tab.run_or_pause()
    qtbot.waitUntil(lambda: tab.state is not State.READY, timeout=WAIT)


def test_every_action_is_declared_once_and_does_something() -> None:
    keys = [action.key for action in ACTIONS]
    shortcuts = [shortcut for action in ACTIONS for shortcut in action.shortcuts]
    assert len(set(keys)) == len(keys)
    assert len(set(shortcuts)) == len(shortcuts)
    assert all(callable(getattr(Commands, key)) for key in keys)
    placed = {key for menu in MENUS.values() for key in menu} | set(TOOL_BAR)
    assert placed - {"-", "recent"} <= set(keys)


def test_shortcuts_are_all_listed(qtbot: QtBot) -> None:
    dialog = ShortcutsDialog()
    qtbot.addWidget(dialog)
    texts = {dialog.table.item(line, 1).text() for line in range(dialog.table.rowCount())}
    assert {action.tip for action in ACTIONS if action.shortcuts} <= texts


def test_parameters_travel_through_files(window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tab = window.tab
    spec = tab.draft.spec.model_copy(update={"seed": 12})
    tab.draft.edit(spec, "Seed")
    target = str(tmp_path / "run.json")
    monkeypatch.setattr(commands.QFileDialog, "getSaveFileName", lambda *_: (target, ""))
    window.commands.export_spec()
    assert read_spec(tmp_path / "run.json") == spec
    window.commands.undo()
    monkeypatch.setattr(commands.QFileDialog, "getOpenFileName", lambda *_: (target, ""))
    window.commands.open_spec()
    assert tab.draft.spec == spec


def test_a_preset_of_ones_own_is_a_file_and_in_the_list(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands.QInputDialog, "getText", lambda *_: ("My run: ν/μ", True))
    window.commands.save_preset()
    (path,) = window.places.presets.glob("*.json")
    assert read_preset(path).title == "My run: ν/μ"
    assert window.tab.panel.presets.combo.findText("My run: ν/μ") >= 0


def answer_questions(monkeypatch: pytest.MonkeyPatch, *answers: QMessageBox.StandardButton) -> list[str]:
    """Answer the questions to come; returns the list in which they are put."""
    asked: list[str] = []

    def question(parent: object, title: str, text: str, **_: object) -> QMessageBox.StandardButton:
        asked.append(text)
        return answers[len(asked) - 1]

    monkeypatch.setattr(save_question.QMessageBox, "question", question)
    return asked


def test_the_figure_in_a_name_is_no_ending(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("rnd-0.02", "rnd-0.05"):
        monkeypatch.setattr(commands.QFileDialog, "getSaveFileName", lambda *_, name=name: (str(tmp_path / name), ""))
        window.commands.export_spec()
        assert read_preset(tmp_path / f"{name}.json").title == name
    play(qtbot, window.tab, RunSpec(threat={"budget": 5}, duel=False))
    qtbot.waitUntil(lambda: window.tab.state is State.DONE, timeout=WAIT)
    window.commands.save_image("defended")
    qtbot.waitUntil((tmp_path / "rnd-0.05.png").exists, timeout=WAIT)


def test_a_file_that_the_dialog_did_not_ask_about_is_replaced_only_if_the_user_says_so(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "result.json"
    path.write_text("mine")
    asked = answer_questions(monkeypatch, QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes)
    monkeypatch.setattr(commands.QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "result"), ""))
    window.commands.export_spec()
    assert path.read_text() == "mine"
    window.commands.export_spec()
    assert read_spec(path) == window.tab.draft.spec
    assert asked == 2 * ["result.json is already there. Replace?"]
    monkeypatch.setattr(commands.QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    window.commands.export_spec()
    assert len(asked) == 2


def test_another_title_leaves_a_preset_alone_and_the_same_one_asks(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keep(title: str) -> None:
        monkeypatch.setattr(commands.QInputDialog, "getText", lambda *_: (title, True))
        window.commands.save_preset()

    def kept() -> dict[str, RunSpec]:
        return {it.title: it.spec for it in map(read_preset, window.places.presets.glob("*.json"))}

    asked = answer_questions(monkeypatch, QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes)
    keep("RND-0.02")
    before = window.tab.draft.spec
    after = before.model_copy(update={"seed": 12})
    window.tab.draft.edit(after, "Seed")
    keep("RND 0.02")
    assert kept() == {"RND-0.02": before, "RND 0.02": after}
    assert not asked
    keep("RND-0.02")
    assert kept()["RND-0.02"] == before
    keep("RND-0.02")
    assert kept() == {"RND-0.02": after, "RND 0.02": after}
    assert asked == 2 * ["“RND-0.02” is already there. Replace?"]


@pytest.mark.parametrize("command", ["export_spec", "save_preset"])
def test_what_is_no_run_is_not_saved(window: MainWindow, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("nothing is to be asked")

    monkeypatch.setattr(commands.QFileDialog, "getSaveFileName", refuse)
    monkeypatch.setattr(commands.QInputDialog, "getText", refuse)
    editor = window.tab.panel.threat.form.rows["budget"].editor
    editor.set_value(0)
    editor.edited.emit()
    getattr(window.commands, command)()
    (toast,) = window.toaster.toasts
    assert (toast.level, toast.text) == ("warning", "This is no run yet.")
    assert "must be at least 1" in toast.details


def test_a_game_from_start_to_finish(qtbot: QtBot, window: MainWindow) -> None:
    tab = window.tab
    play(qtbot, tab, RunSpec(threat={"budget": 20}, defense=()))
    qtbot.waitUntil(lambda: tab.state is State.DONE, timeout=WAIT)
    assert tab.sides == ("undefended",)
    assert "20 queries" in window.status.figures["queries"].text()
    assert "of 0.05" in window.status.figures["size"].text()
    window.commands.copy()
    assert QGuiApplication.clipboard().image().width() == 32


def test_the_status_bar_has_figures_only_beside_the_game_that_they_are_of(qtbot: QtBot, window: MainWindow) -> None:
    tab, queries = window.tab, window.status.figures["queries"]
    play(qtbot, tab, RunSpec(threat={"budget": 20}, defense=()))
    qtbot.waitUntil(lambda: tab.state is State.DONE, timeout=WAIT)
    window.commands.show_results()
    assert not queries.isVisible()
    window.commands.show_attack()
    assert queries.isVisible()
    assert "20 queries" in queries.text()
    tab.set_spec(RunSpec(image="dog-01", threat={"budget": 20}, defense=()))
    qtbot.waitUntil(lambda: tab.state is State.READY, timeout=WAIT)
    assert "Ready" in window.status.state.text()
    assert queries.text() == window.status.figures["size"].text() == ""


def test_parameters_are_locked_while_a_game_is_played(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    tab = window.tab
    play(qtbot, tab, RunSpec(**ENDLESS))
    assert not tab.panel.attack.combo.isEnabled()
    assert "locked" in tab.panel.run_bar.note.text()
    Image.new("RGB", (40, 30)).save(tmp_path / "mine.png")
    window.opening.open_path(tmp_path / "mine.png")
    assert tab.draft.spec.image == "ship-01"
    assert not window.actions_by_key["undo"].isEnabled()
    tab.stop()
    qtbot.waitUntil(lambda: tab.state is State.DONE, timeout=WAIT)
    assert tab.panel.attack.combo.isEnabled()


def test_pause_and_step_from_the_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    tab = window.tab
    play(qtbot, tab, RunSpec(**ENDLESS))
    window.actions_by_key["start"].trigger()
    qtbot.waitUntil(lambda: tab.state is State.PAUSED, timeout=WAIT)
    before = tab.player.snapshot.sides["defended"].account.probe
    with qtbot.waitSignal(tab.snapshot_shown, timeout=WAIT):
        window.actions_by_key["step"].trigger()
    assert tab.player.snapshot.sides["defended"].account.probe == before + 1
    window.actions_by_key["stop"].trigger()
    qtbot.waitUntil(lambda: tab.state is State.DONE, timeout=WAIT)


def test_space_starts_but_not_from_a_list(qtbot: QtBot, window: MainWindow) -> None:
    start = window.actions_by_key["start"]
    window._give_space(None, window.tab.panel.attack.combo)
    assert [keys.toString() for keys in start.shortcuts()] == ["F5"]
    window._give_space(None, window.tab)
    assert [keys.toString() for keys in start.shortcuts()] == ["Space", "F5"]


@pytest.mark.parametrize("answer", ["stay", "close"])
def test_closing_while_playing_asks_first(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    play(qtbot, window.tab, RunSpec(**ENDLESS))
    with monkeypatch.context() as patch:
        patch.setattr(close_question, "ask", lambda parent: answer)
        assert window.close() is (answer == "close")
    if answer == "stay":
        assert window.tab.busy
        window.tab.stop()
        qtbot.waitUntil(lambda: window.tab.state is State.DONE, timeout=WAIT)


def test_a_game_is_saved_before_the_window_is_closed(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(qtbot, window.tab, RunSpec(**ENDLESS))
    monkeypatch.setattr(save_dialog.SaveDialog, "exec", lambda self: QDialog.DialogCode.Accepted)
    window.settings.folder = str(tmp_path)
    told: list[str] = []
    window.tab.player.saved.connect(told.append)
    with monkeypatch.context() as patch:
        patch.setattr(close_question, "ask", lambda parent: "save")
        assert not window.close()
    qtbot.waitUntil(lambda: window.tab.state is State.DONE, timeout=WAIT)
    qtbot.waitUntil(lambda: len(told) == 2, timeout=WAIT)
    assert {path.suffix for path in tmp_path.glob("ship-01-*")} == {".json", ".png"}
    window.toaster.clear()
    assert window.close()


def test_a_device_that_is_gone_is_told_and_not_used(
    qtbot: QtBot, open_window: Callable[[], MainWindow], places: Places
) -> None:
    places.settings.parent.mkdir(parents=True, exist_ok=True)
    places.settings.write_text(json.dumps({"device": "cuda:7"}))
    window = open_window()
    assert "cuda:7 is not here" in window.toaster.toasts[0].text
    assert (window.tab.device, window.pages.device, window.settings.device) == ("auto", "auto", "auto")
    assert window.tab.panel.computing.device.currentText() == "auto"


def test_closing_before_torch_is_there(
    qtbot: QtBot, open_window: Callable[[], MainWindow], qapp: object, places: object
) -> None:
    window = MainWindow(qapp, places)
    qtbot.addWidget(window)
    window.show()
    window.warmup.start()
    assert window.close()


def test_a_result_is_saved(qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    window.commands.save()
    assert "no result yet" in window.toaster.toasts[-1].text
    play(qtbot, window.tab, RunSpec(threat={"budget": 5}, duel=False))
    qtbot.waitUntil(lambda: window.tab.state is State.DONE, timeout=WAIT)
    monkeypatch.setattr(save_dialog.SaveDialog, "exec", lambda self: QDialog.DialogCode.Accepted)
    window.settings.folder = str(tmp_path)
    window.commands.save()
    name = "ship-01-square-seed0"
    qtbot.waitUntil(lambda: (tmp_path / f"{name}.json").exists() and (tmp_path / f"{name}.png").exists(), timeout=WAIT)
    assert read_spec(tmp_path / f"{name}.json") == window.tab.playing
    qtbot.waitUntil(lambda: any("8 bits" in toast.text for toast in window.toaster.toasts), timeout=WAIT)


def test_the_theme_recolours_icons_and_text(qtbot: QtBot, window: MainWindow) -> None:
    def ink() -> int:
        image = window.actions_by_key["open_image"].icon().pixmap(32, 32).toImage()
        inked = [image.pixelColor(QPoint(x, y)) for x in range(32) for y in range(32)]
        return max((colour.lightness() for colour in inked if colour.alpha() > 200), default=-1)

    def light_on_dark(button: QAbstractButton) -> bool:
        image = button.grab().toImage()
        text = [image.pixelColor(x, y) for x in range(30, image.width() - 6) for y in range(4, image.height() - 4)]
        found = sorted(colour.lightness() for colour in text)
        return found[len(found) // 2] < 90 and found[-1] > 160

    view = window.tab.view
    named = view.plot.legend.buttons["defended", "truth"], view.answers.switch["defended"]
    window.commands.choose_theme("light")
    qtbot.waitUntil(lambda: 0 <= ink() < 90, timeout=WAIT)
    window.commands.choose_theme("dark")
    qtbot.waitUntil(lambda: ink() > 160, timeout=WAIT)
    qtbot.waitUntil(lambda: all(map(light_on_dark, named)), timeout=WAIT)
    assert window.palette().window().color().lightness() < 80
    window.commands.choose_theme("system")
