"""Files, wherever they come from, are opened where they belong."""

import json
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.experiments.duel import Duel, set_scene
from rnd_lab.experiments.keep import run_report
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.gui.main_window import MainWindow
from rnd_lab.gui.places import Places
from rnd_lab.gui.player import State
from tests.gui.waiting import WAIT

ENDLESS = {"threat": {"budget": 10_000_000, "epsilon": 1e-5}, "duel": False}


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "mine.png"
    Image.new("RGB", (40, 30), (200, 30, 90)).save(path)
    return path


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    window.dropEvent(QDropEvent(QPointF(5, 5), action, data, button, Qt.KeyboardModifier.NoModifier))


def test_dropping_an_image_attacks_it(qtbot: QtBot, window: MainWindow, picture: Path) -> None:
    drop(window, picture)
    assert window.tab.draft.spec.image == str(picture)
    qtbot.waitUntil(lambda: window.tab.state is State.READY, timeout=WAIT)
    assert window.tab.panel.image.name.text() == "mine.png"
    assert window.settings.recent == (str(picture),)
    window.commands.undo()
    assert window.tab.draft.spec.image == "ship-01"


def test_recent_files_can_be_opened_as_soon_as_there_is_a_tab(
    qtbot: QtBot, qapp: QApplication, places: Places, picture: Path
) -> None:
    window = MainWindow(qapp, places)
    qtbot.addWidget(window, before_close_func=lambda it: it.toaster.clear())
    window.settings.remember(picture)
    assert not window.recent.menuAction().isEnabled()
    window.warmup.start()
    qtbot.waitUntil(lambda: window.tab is not None, timeout=WAIT)
    assert window.recent.menuAction().isEnabled()
    window.recent.aboutToShow.emit()
    window.recent.actions()[0].trigger()
    assert window.tab
    assert window.tab.draft.spec.image == str(picture)


def test_an_evaluation_is_opened_while_the_other_tabs_wait_for_the_first_model(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.pages, "_importable", False)
    evaluation = tmp_path / "evaluation.json"
    evaluation.write_text(EvaluationSpec(name="mine").model_dump_json())
    window.opening.open_path(evaluation)
    assert window.pages.shown == "Batch"
    assert window.pages.batch
    assert window.pages.batch.draft.spec.name == "mine"


def test_the_parameters_that_are_there_already_take_the_place_of_what_is_typed(window: MainWindow) -> None:
    spec = RunSpec(attack={"name": "nes"}, threat={"budget": 100})
    assert window.tab.set_spec(spec)
    budget = window.tab.panel.threat.form.rows["budget"].editor
    budget.set_value(5)  # pays for no step of NES
    budget.edited.emit()
    assert not window.tab.panel.commit()
    assert window.tab.set_spec(spec)
    assert window.tab.panel.commit()


def test_a_damaged_image_is_told_and_the_old_one_stays(window: MainWindow, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG nonsense")
    drop(window, broken)
    assert window.tab.draft.spec.image == "ship-01"
    assert [(toast.level, "broken.png" in toast.text) for toast in window.toaster.toasts] == [("error", True)]


def test_a_pasted_image_is_kept_as_a_file(window: MainWindow, picture: Path) -> None:
    QGuiApplication.clipboard().setImage(QImage(str(picture)))
    window.commands.paste()
    kept = Path(window.tab.draft.spec.image)
    assert kept.parent == window.places.pasted
    assert Image.open(kept).convert("RGB").getpixel((3, 3)) == (200, 30, 90)
    QGuiApplication.clipboard().setText("no image")
    window.commands.paste()
    assert "no image" in window.toaster.toasts[-1].text


def test_a_model_that_is_none_is_told(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    model = tmp_path / "net.safetensors"
    model.write_bytes(b"nothing")
    drop(window, model)
    qtbot.waitUntil(lambda: bool(window.toaster.toasts), timeout=WAIT)
    assert "net.safetensors" in window.toaster.toasts[0].text
    assert window.tab.panel.run_bar.start.text() == "Load again"
    assert not window.actions_by_key["step"].isEnabled()
    window.commands.undo()
    qtbot.waitUntil(lambda: window.tab.state is State.READY, timeout=WAIT)


def test_parameters_are_opened_where_they_belong(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    evaluation, run = tmp_path / "evaluation.json", tmp_path / "run.json"
    evaluation.write_text(EvaluationSpec(name="mine").model_dump_json())
    spec = window.tab.draft.spec.model_copy(update={"seed": 12})
    run.write_text(spec.model_dump_json())
    window.opening.open_path(evaluation)
    assert window.pages.shown == "Batch"
    assert window.pages.batch
    assert window.pages.batch.draft.spec.name == "mine"
    window.opening.open_path(run)
    assert window.pages.shown == "Attack"
    assert window.tab.draft.spec == spec


def test_a_result_that_was_played_on_another_image_is_told(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    spec = RunSpec(threat={"budget": 5}, duel=False)
    report = run_report(Duel(spec, set_scene(spec, "cpu")))
    for name, key in (("same", report["image_key"]), ("other", "0")):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(report | {"image_key": key}))
        with qtbot.waitSignal(window.tab.player.scene_ready, timeout=WAIT):
            window.opening.open_path(path)
        told = [toast.text for toast in window.toaster.toasts]
        assert any("The image is not the one" in text for text in told) == (name == "other")


def test_an_image_is_attacked_while_an_evaluation_is_run(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.commands.show_batch()
    assert window.pages.batch
    monkeypatch.setattr(type(window.pages.batch), "busy", True)
    path = tmp_path / "red.png"
    Image.new("RGB", (32, 32), "red").save(path)
    window.opening.open_path(path)
    assert window.pages.shown == "Attack"
    assert window.tab.draft.spec.image == str(path)
    window.commands.show_batch()
    window.opening.open_path(tmp_path)
    assert "locked" in window.toaster.toasts[-1].text
    monkeypatch.undo()
