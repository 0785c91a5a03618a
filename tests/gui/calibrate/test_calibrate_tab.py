"""Calibrations as people set them up, run, stop, read and save them."""

import csv
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPalette, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from rnd_lab.data.set_spec import DataSpec
from rnd_lab.defenses.pni import PniSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.evaluation.stage import Stage, Tell, set_stage
from rnd_lab.game.calibrate import AccuracyCurve, CleanImages, ask_clean, bearing
from rnd_lab.game.forward import Forward
from rnd_lab.gui.calibrate.calibrate_tab import CalibrateTab
from rnd_lab.gui.calibrate.model_dialog import PlainModelDialog
from rnd_lab.gui.calibrate.result_view import CURVES
from rnd_lab.gui.calibrate.spec import CalibrationSpec
from rnd_lab.gui.theme import DARK, palette
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError
from rnd_lab.reports.table import percent
from tests.defenses.inside_rules import saved_pni
from tests.gui.calibrate.conftest import TINY, Open
from tests.gui.waiting import WAIT

PLAIN, GF = "cifar10-resnet20", "cifar10-resnet20-gf"


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def measure(qtbot: QtBot, tab: CalibrateTab) -> None:
    click(tab.form.run_bar.start)
    assert tab.busy
    qtbot.waitUntil(lambda: not tab.busy, timeout=WAIT)


def write(tab: CalibrateTab, name: str, value: object) -> None:
    editor = tab.form.rows.rows[name].editor
    editor.set_value(value)
    editor.edited.emit()


def cells(tab: CalibrateTab, row: int) -> list[str]:
    return [entry.text for entry in tab.view.table.source.table.rows[row]]


def answer(tab: CalibrateTab, row: int) -> float:
    found = tab.view.rows[row].answer(tab.form.spec.loss)
    assert found
    return found.largest.value


def expected(name: str, spec: CalibrationSpec, inside: tuple[PniSpec, ...] = ()) -> AccuracyCurve:
    stage = set_stage(ModelSpec(source=name), spec.data, "cpu")
    batches = CleanImages(stage.classifier, stage.images, stage.selection, spec.seed)
    steps = ask_clean(Forward(stage.classifier.network), batches, spec.nus, inside)
    return AccuracyCurve.of({it.nu: it.correct for it in steps if it.correct is not None})


def test_the_answers_are_those_of_the_command_line(qtbot: QtBot, tab: CalibrateTab) -> None:
    qtbot.waitUntil(lambda: tab.form.run_bar.effort.text() == "2 models × 3 ν × 10 images = 60 queries", timeout=WAIT)
    measure(qtbot, tab)
    assert tab.view.progress.state.full == "Finished"
    assert tab.view.progress.queries.text() == "60 of 60 queries"
    for row, name in enumerate((PLAIN, GF)):
        found, curve = tab.view.found[row], expected(name, TINY)
        assert np.array_equal(found.curve.correct, curve.correct)
        told = bearing(curve, 0.3)
        largest = f"{'≥ ' * told.open}{told.largest.value:g}"
        assert cells(tab, row) == [name, percent(told.clean).text, largest, percent(told.there).text, "done"]
    assert [line.label for line in tab.view.chart.shown] == [PLAIN, GF]
    assert len(tab.view.chart.lines.legend.items) == 2


def test_it_grows_while_it_is_measured(qtbot: QtBot, tab: CalibrateTab) -> None:
    seen: list[tuple[str, int]] = []
    click(tab.form.run_bar.start)
    assert tab.worker
    tab.worker.measured.connect(lambda place, found: seen.append((tab.view.rows[place].state, len(found.curve.nus))))
    assert not tab.form.models.isEnabled()
    assert tab.form.rows.rows["max_loss"].editor.widget.isEnabled()
    assert not tab.form.rows.rows["nu"].editor.widget.isEnabled()
    qtbot.waitUntil(lambda: not tab.busy, timeout=WAIT)
    assert seen == 2 * [("1 of 3 ν", 1), ("2 of 3 ν", 2), ("done", 3)]
    assert tab.form.models.isEnabled()


def test_another_loss_is_answered_at_once_and_more_values_are_added_to_what_is_known(
    qtbot: QtBot, tab: CalibrateTab
) -> None:
    measure(qtbot, tab)
    write(tab, "max_loss", 0)
    strict = answer(tab, 0)
    write(tab, "max_loss", 100)
    assert not tab.busy
    assert (strict, answer(tab, 0)) == (0, 0.2) or strict < answer(tab, 0)
    assert cells(tab, 0)[2] == "≥ 0.2"
    assert "Widen the range" in tab.view.caution.text()
    write(tab, "nu", "0.05,0.2,0.3")
    told: list[tuple[int, int]] = []
    tab.run_or_pause()
    assert tab.worker
    tab.worker.progressed.connect(lambda *figures: told.append(figures))
    qtbot.waitUntil(lambda: not tab.busy, timeout=WAIT)
    assert told[0] == (30, 80)  # three of four ν of the first model are known
    assert tab.view.found[0].curve.nus == (0, 0.05, 0.2, 0.3)


def test_a_measurement_that_is_stopped_keeps_what_it_has(qtbot: QtBot, tab: CalibrateTab) -> None:
    states: list[str] = []
    tab.state_changed.connect(lambda: states.append(tab.start_text))
    write(tab, "nu", "0:0.5:0.0005")
    tab.run_or_pause()
    assert (tab.start_text, tab.can_stop, tab.doing.can_start) == ("Stop", True, True)
    qtbot.waitUntil(lambda: len(tab.view.found) == 1, timeout=WAIT)
    click(tab.form.run_bar.stop)
    assert (tab.start_text, tab.can_stop, tab.can_start) == ("Stopping…", False, False)
    qtbot.waitUntil(lambda: not tab.busy, timeout=WAIT)
    assert states[-3:] == ["Stop", "Stopping…", "Measure"]
    assert tab.view.progress.state.full.startswith("Stopped")
    assert "of 1001 ν" in cells(tab, 0)[-1]
    assert tab.view.found[0].curve.images == 10
    assert cells(tab, 1)[1:] == ["–"] * 4
    tab.run_or_pause()
    tab.run_or_pause()
    qtbot.waitUntil(lambda: not tab.busy, timeout=WAIT)


def test_a_window_that_is_closed_while_it_measures_goes_on_the_next_time(
    qtbot: QtBot, tab: CalibrateTab, open_tab: Open
) -> None:
    write(tab, "nu", "0:0.5:0.0005")
    tab.run_or_pause()
    qtbot.waitUntil(lambda: bool(tab.view.found) and len(tab.view.found[0].curve.nus) > 5, timeout=WAIT)
    tab.finish()
    assert not tab.busy
    measured = len(tab.view.found[0].curve.nus)
    again = open_tab()
    again.run_or_pause()
    qtbot.waitUntil(lambda: bool(again.view.found), timeout=WAIT)
    assert len(again.view.found[0].curve.nus) >= measured


def test_what_cannot_be_measured_is_said_before(tab: CalibrateTab) -> None:
    bar, models = tab.form.run_bar, tab.form.models
    for row in range(models.list.count()):
        models.list.item(row).setCheckState(Qt.CheckState.Unchecked)
    assert "Tick at least one" in bar.problem.text()
    assert not tab.can_start
    tab.run_or_pause()
    assert not tab.busy
    started: list[int] = []
    QShortcut(Qt.Key.Key_Space, tab.window(), lambda: started.append(1))  # as the window's action has it
    models.list.setCurrentItem(models.list.findItems(PLAIN, Qt.MatchFlag.MatchExactly)[0])
    models.list.setFocus()
    QTest.keyClick(models.list, Qt.Key.Key_Space)
    assert tab.can_start
    assert not started
    write(tab, "nu", "0.1,2")
    assert bar.problem.text() == "ν = 2 is not between 0 and 1, the range of a pixel. Choose another one."
    write(tab, "nu", "0.1;2")
    assert "is no number" in tab.form.rows.rows["nu"].problem.text()
    write(tab, "nu", "0.1")
    combo = tab.form.data.combo
    combo.setCurrentIndex(combo.findData("samples:imagenet"))
    combo.activated.emit(combo.currentIndex())
    assert f"{PLAIN} was made for the classes of cifar10" in bar.problem.text()
    assert "Untick it" in bar.problem.text()


def test_images_may_come_back(qtbot: QtBot, tab: CalibrateTab, tmp_path: Path) -> None:
    path, problem = tmp_path / "few.npz", tab.form.data.problem
    tab.form.show_spec(TINY.model_copy(update={"data": DataSpec(source=str(path))}))
    qtbot.waitUntil(lambda: str(path) in problem.text(), timeout=WAIT)
    assert not tab.form.run_bar.effort.text()
    tab.hide()
    np.savez(path, images=np.zeros((4, 32, 32, 3), np.uint8), labels=np.arange(4))
    tab.show()
    qtbot.waitUntil(lambda: not problem.text(), timeout=WAIT)
    path.rename(tmp_path / "elsewhere.npz")
    measure(qtbot, tab)
    assert str(path) in problem.text()
    assert [row.state for row in tab.view.rows] == ["error", "error"]
    (tmp_path / "elsewhere.npz").rename(path)
    measure(qtbot, tab)
    assert not problem.text()
    assert [row.state for row in tab.view.rows] == ["done", "done"]


def test_a_download_is_stopped(qtbot: QtBot, tab: CalibrateTab, monkeypatch: pytest.MonkeyPatch) -> None:
    given_up = Event()

    def download(model: ModelSpec, data: DataSpec, device: str, tell: Tell) -> Stage:
        while not given_up.wait(0.01):
            tell("weights", 1, 2)
        raise LabError("The download went on.")

    monkeypatch.setattr("rnd_lab.gui.calibrate.worker.set_stage", download)
    tab.run_or_pause()
    try:
        qtbot.waitUntil(lambda: "Downloading weights" in tab.view.progress.state.full, timeout=WAIT)
        tab.stop()
        qtbot.waitUntil(lambda: not tab.busy, timeout=WAIT)
    finally:
        given_up.set()
    assert tab.view.progress.state.full.startswith("Stopped")
    assert [row.state for row in tab.view.rows] == ["–", "–"]


def test_a_model_that_cannot_be_measured_does_not_stop_the_others(
    qtbot: QtBot, tab: CalibrateTab, tmp_path: Path
) -> None:
    np.savez(tmp_path / "many.npz", images=np.zeros((4, 32, 32, 3), np.uint8), labels=np.array([0, 3, 20, 4]))
    gone = tmp_path / "gone.pt"
    assert tab.open_path(gone)
    tab.form.models.show_models([ModelSpec(source=str(gone)), ModelSpec()])
    tab.form.models.edited.emit()
    measure(qtbot, tab)
    assert [row.state for row in tab.view.rows] == ["done", "error"]
    assert "There is no file" in tab.view.caution.text()
    assert "1 of 2 models could not be measured" in tab.view.progress.state.full
    assert "There is no file" in tab.toaster.toasts[-1].text
    tab.form.models.show_models([ModelSpec()])
    assert tab.open_path(tmp_path / "many.npz")
    assert not tab.open_path(tmp_path / "notes.txt")
    tab.form.data.form.rows["images"].editor.set_value(None)
    tab.form.data.edited.emit()
    measure(qtbot, tab)
    assert "Choose images that the model was made for" in tab.view.caution.text()
    tab.set_device("cuda:99")
    measure(qtbot, tab)
    assert tab.view.rows[0].state == "error"


def test_the_answer_is_handed_on(qtbot: QtBot, tab: CalibrateTab) -> None:
    write(tab, "max_loss", 0)
    assert not tab.view.use.isEnabled()
    measure(qtbot, tab)
    write(tab, "max_loss", 100)
    tab.view.table.clearSelection()
    assert not tab.view.use.isEnabled()
    tab.view.table.select_row(1)
    with qtbot.waitSignal(tab.use_wanted, timeout=WAIT) as wanted:
        click(tab.view.use)
    assert wanted.args == [ModelSpec(source=GF), (RndSpec(nu=0.2),)]


def test_the_defense_inside_a_model_is_measured_and_handed_on(qtbot: QtBot, tab: CalibrateTab, tmp_path: Path) -> None:
    model = saved_pni(tmp_path)
    spec = TINY.model_copy(update={"models": (model,), "max_loss": 100, "data": DataSpec()})
    tab.form.show_spec(spec)
    measure(qtbot, tab)
    curve = expected(model.source, spec, (PniSpec(),))
    assert np.array_equal(tab.view.found[0].curve.correct, curve.correct)
    assert not np.array_equal(curve.correct, expected(model.source, spec).correct)
    with qtbot.waitSignal(tab.use_wanted, timeout=WAIT) as wanted:
        click(tab.view.use)
    assert wanted.args == [model, (RndSpec(nu=0.2), PniSpec())]


def test_plot_and_tables_are_saved(
    qtbot: QtBot, tab: CalibrateTab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure(qtbot, tab)
    answers: list[tuple[Path, str]] = [
        (tmp_path / "plot.svg", ""),
        (tmp_path / "plot.png", ""),
        (tmp_path / "answers", ""),
        (tmp_path / "answers-0.3", ""),
        (tmp_path / "curves.csv", CURVES),
        (tmp_path / "nowhere" / "curves.csv", CURVES),
    ]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: tuple(map(str, answers.pop(0))))
    for button in 2 * [tab.view.save_plot] + 4 * [tab.view.save_table]:
        click(button)
    assert "cannot be written" in tab.toaster.toasts[-1].text
    assert "<svg" in (tmp_path / "plot.svg").read_text()
    assert not QImage(str(tmp_path / "plot.png")).isNull()
    first, second = csv.DictReader((tmp_path / "answers.csv").read_text().splitlines())
    assert (first["model"], second["model"], first["max_loss"]) == (PLAIN, GF, "0.3")
    assert float(first["largest_nu"]) == answer(tab, 0)
    assert (tmp_path / "answers-0.3.csv").read_text() == (tmp_path / "answers.csv").read_text()
    assert len((tmp_path / "curves.csv").read_text().splitlines()) == 7


def test_models_are_added_changed_and_removed(qtbot: QtBot, tab: CalibrateTab) -> None:
    tab.add_torchvision(("resnet18", "resnet50"))
    models = tab.form.models
    shipped = models.list.count()
    assert not models.buttons["remove"].isEnabled()
    click(models.buttons["add"])
    (dialog,) = tab.window().findChildren(PlainModelDialog)
    combo = dialog.model.combo
    combo.setCurrentIndex(combo.findData("torchvision:resnet18"))
    combo.activated.emit(combo.currentIndex())
    dialog.accept()
    assert tab.form.spec.models[-1] == ModelSpec(source="torchvision:resnet18")
    assert "made for the classes of imagenet" in tab.form.run_bar.problem.text()
    models.take(ModelSpec(source="torchvision:resnet50"), models.list.currentItem())
    assert [it.source for it in tab.form.spec.models] == [PLAIN, GF, "torchvision:resnet50"]
    click(models.buttons["remove"])
    assert [it.source for it in tab.form.spec.models] == [PLAIN, GF]
    models.list.setCurrentRow(0)
    models.remove()
    assert models.list.count() == shipped
    models.take(ModelSpec(trust=True), None)
    click(models.buttons["remove"])
    assert [it.source for it in tab.form.spec.models] == [PLAIN, GF]
    assert models.list.count() == shipped


def test_the_form_is_there_again_the_next_time(tab: CalibrateTab, open_tab: Open) -> None:
    write(tab, "max_loss", 2.5)
    tab.finish()
    assert open_tab().form.spec == TINY.model_copy(update={"max_loss": 2.5})


def test_a_damaged_form_is_told_and_left(tab: CalibrateTab, open_tab: Open) -> None:
    tab.finish()
    tab.places.calibration.write_text("{")
    another = open_tab()
    assert "could not be read back" in another.toaster.toasts[-1].text
    assert another.form.spec == CalibrationSpec()


def test_so_few_images_that_the_loss_cannot_be_told_are_told(qtbot: QtBot, tab: CalibrateTab) -> None:
    measure(qtbot, tab)
    write(tab, "max_loss", 1)
    assert "Of 10 images a single one is 10 points" in tab.view.caution.text()


def test_the_plot_follows_the_theme(qtbot: QtBot, tab: CalibrateTab, qapp: QApplication) -> None:
    measure(qtbot, tab)
    before = QPalette(qapp.palette())
    light = tab.view.chart.colour(0)
    qapp.setPalette(palette(DARK))
    try:
        qtbot.waitUntil(lambda: tab.view.chart.dark, timeout=WAIT)
        assert tab.view.chart.colour(0) != light
    finally:
        qapp.setPalette(before)
