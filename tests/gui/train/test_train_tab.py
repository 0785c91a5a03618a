"""Models as people train them: set up, run, held, stopped, gone on with, and used."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from safetensors.torch import load_file

from rnd_lab.gui.number_box import NumberBox
from rnd_lab.gui.places import Places
from rnd_lab.gui.train.run_bar import TrainState
from rnd_lab.gui.train.train_tab import TrainTab
from rnd_lab.models.bundled import read_card
from rnd_lab.models.load import load
from rnd_lab.models.spec import ModelSpec
from rnd_lab.training.catalog import RECIPES
from rnd_lab.training.gf import GfRecipe
from rnd_lab.training.pni import PniRecipe
from rnd_lab.training.run import TrainingRun
from rnd_lab.training.standard import StandardRecipe
from tests.gui.train.conftest import Open
from tests.gui.waiting import WAIT


def tiny(data: Path, folder: str = "run", epochs: int = 3, rate: float = 0.05) -> TrainingRun:
    """Two steps an epoch."""
    recipe = StandardRecipe(epochs=epochs, batch_size=10, rate=rate)
    return TrainingRun(recipe=recipe, data=str(data), out=str(data / folder), name="tiny")


def choose(tab: TrainTab, kind: str) -> None:
    combo = tab.form.recipe.combo
    combo.setCurrentIndex(combo.findData(kind))
    combo.activated.emit(combo.currentIndex())


def write(tab: TrainTab, field: str, text: str) -> None:
    box = tab.form.recipe.form.rows[field].editor.widget
    assert isinstance(box, NumberBox)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


def show(tab: TrainTab, run: TrainingRun) -> None:
    tab.draft.edit(run, "test")


def run(qtbot: QtBot, tab: TrainTab) -> None:
    tab.run_or_pause()
    assert tab.state is TrainState.TRAINING
    qtbot.waitUntil(lambda: not tab.busy, timeout=WAIT)


def until_epoch(qtbot: QtBot, tab: TrainTab, epoch: int) -> None:
    qtbot.waitUntil(lambda: tab.view.table.epochs.rowCount() >= epoch, timeout=WAIT)


def until_told(qtbot: QtBot, tab: TrainTab, text: str) -> None:
    qtbot.waitUntil(lambda: text in tab.view.notice.text.text() and tab.view.notice.isVisible(), timeout=WAIT)


def until_silent(qtbot: QtBot, tab: TrainTab) -> None:
    """Until no step is made for a second."""
    assert tab.trainer
    told = True
    while told:
        with qtbot.waitSignal(tab.trainer.progressed, timeout=1000, raising=False) as waited:
            pass
        told = waited.signal_triggered


def log(folder: Path) -> list[dict[str, object]]:
    lines: list[dict[str, object]] = json.loads((folder / "log.json").read_text())
    for line in lines:
        del line["seconds"]
    return lines


def test_what_is_set_in_the_form_is_trained_measured_and_used(qtbot: QtBot, tab: TrainTab, data: Path) -> None:
    assert tab.view.pages.currentIndex() == 0
    assert (tab.start_text, tab.can_start, tab.can_stop) == ("Train", True, False)
    assert tab.open_path(data)
    write(tab, "epochs", "1")
    write(tab, "batch_size", "10")
    write(tab, "sigma", "0.03")
    assert tab.draft.spec.recipe == GfRecipe(epochs=1, batch_size=10, sigma=0.03)
    run(qtbot, tab)
    qtbot.waitUntil(tab.view.model.isVisible, timeout=WAIT)
    folder = tab.places.trained / "resnet20-gf"
    card = read_card(folder / "resnet20-gf.json")
    assert (card.start, card.recipe["sigma"], card.accuracy[0].images) == ("cifar10-resnet20", 0.03, 20)
    assert tab.view.epoch.text() == "1 of 1 epochs"
    assert len(tab.view.plots.loss.curves["steps"].yData) == 2
    assert len(tab.view.plots.accuracy.curves["noisy"].yData) == 1
    with qtbot.waitSignal(tab.use_wanted) as wanted:
        tab.view.model.use.click()
    model, stack = wanted.args
    assert stack == ()
    assert isinstance(model, ModelSpec)
    assert load(model).digest == card.weights_digest
    qtbot.waitUntil(lambda: not tab.can_start, timeout=WAIT)
    tab.view.model.another.click()
    assert tab.can_start
    assert tab.draft.spec.name == "resnet20-gf-2"
    qtbot.waitUntil(lambda: not tab.view.model.isVisible(), timeout=WAIT)
    tab.draft.stack.undo()
    qtbot.waitUntil(tab.view.model.isVisible, timeout=WAIT)


def test_a_run_that_was_held_stopped_and_closed_equals_an_uninterrupted_one(
    qtbot: QtBot, open_tab: Open, data: Path
) -> None:
    whole = open_tab()
    show(whole, tiny(data, "whole", epochs=6))
    run(qtbot, whole)
    tab = open_tab()
    show(tab, tiny(data, epochs=6))
    tab.run_or_pause()
    assert not tab.form.recipe.isEnabled()
    until_epoch(qtbot, tab, 1)
    tab.run_or_pause()
    assert (tab.state, tab.start_text, tab.can_stop) == (TrainState.PAUSED, "Resume", True)
    assert tab.view.state.full == "Paused"
    tab.run_or_pause()
    assert tab.start_text == "Pause"
    tab.stop()
    qtbot.waitUntil(lambda: not tab.busy, timeout=WAIT)
    tab.finish()
    finished = len(log(data / "run"))
    assert 1 <= finished < 6
    another = open_tab()
    assert another.draft.spec == tab.draft.spec
    until_told(qtbot, another, f"Epoch {finished} of 6 is finished; Resume goes on from there.")
    assert another.start_text == "Resume"
    assert another.view.table.epochs.rowCount() == finished
    assert len(another.view.plots.loss.curves["mean"].yData) == finished
    run(qtbot, another)
    qtbot.waitUntil(another.view.model.isVisible, timeout=WAIT)
    assert log(data / "run") == log(data / "whole")
    ours, theirs = (load_file(data / name / "tiny.safetensors") for name in ("run", "whole"))
    assert all(ours[name].equal(theirs[name]) for name in theirs)


def test_closing_the_window_ends_a_paused_run_and_keeps_its_epochs(
    qtbot: QtBot, open_tab: Open, tab: TrainTab, data: Path
) -> None:
    show(tab, tiny(data, epochs=50))
    tab.run_or_pause()
    until_epoch(qtbot, tab, 1)
    tab.run_or_pause()
    until_silent(qtbot, tab)
    assert tab.busy
    kept = len(log(data / "run"))
    assert 1 <= kept < 50
    tab.finish()
    assert len(log(data / "run")) == kept
    until_told(qtbot, open_tab(), f"Epoch {kept} of 50 is finished")


def test_a_model_that_another_run_made_is_not_overwritten(qtbot: QtBot, tab: TrainTab, data: Path) -> None:
    (data / "run").mkdir()
    other = data / "run" / "tiny.safetensors"
    other.write_bytes(b"the only copy")
    show(tab, tiny(data))
    until_told(qtbot, tab, "there is a model tiny already")
    assert not tab.can_start
    tab.view.notice.name.click()
    qtbot.waitUntil(lambda: tab.can_start, timeout=WAIT)
    assert other.read_bytes() == b"the only copy"


def test_a_folder_with_another_run_is_not_touched(qtbot: QtBot, tab: TrainTab, data: Path) -> None:
    show(tab, tiny(data, epochs=50))
    tab.run_or_pause()
    until_epoch(qtbot, tab, 1)
    tab.stop()
    until_told(qtbot, tab, "of 50 is finished")
    before = (data / "run" / "checkpoint.pt").read_bytes()
    show(tab, tiny(data, epochs=50, rate=0.01))
    until_told(qtbot, tab, "holds a run with another recipe or other images")
    assert not tab.can_start
    tab.run_or_pause()
    assert not tab.busy
    tab.view.notice.recipe.click()
    until_told(qtbot, tab, "of 50 is finished")
    assert tab.draft.spec == tiny(data, epochs=50)
    show(tab, tiny(data, epochs=50).model_copy(update={"start": "cifar10-resnet20"}))
    run(qtbot, tab)
    until_told(qtbot, tab, "or from another model. Choose another folder")
    assert (data / "run" / "checkpoint.pt").read_bytes() == before
    tab.view.notice.name.click()
    assert tab.draft.spec.folder == tab.places.trained / "tiny-2"
    qtbot.waitUntil(lambda: not tab.view.notice.isVisible(), timeout=WAIT)
    assert tab.start_text == "Train"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"start": "/nowhere.pt"}, "There is no file /nowhere.pt"),
        ({"start": "cifar10-resnet20", "recipe": StandardRecipe(architecture="resnet56")}, "do not fit"),
        ({"recipe": StandardRecipe(rate=1e30, warmup=0, batch_size=10)}, "Lower the learning rate"),
        ({"data": "/"}, "No CIFAR-10 train images at /"),
    ],
)
def test_what_goes_wrong_is_told_and_can_be_put_right(
    qtbot: QtBot, tab: TrainTab, data: Path, changes: dict[str, object], message: str
) -> None:
    show(tab, tiny(data, epochs=1).model_copy(update=changes))
    run(qtbot, tab)
    until_told(qtbot, tab, message)
    assert tab.view.state.full == "Failed"
    assert tab.can_start
    show(tab, tiny(data, epochs=1))
    qtbot.waitUntil(lambda: not tab.view.notice.isVisible(), timeout=WAIT)


def test_a_folder_that_cannot_be_made_or_read_is_told(qtbot: QtBot, tab: TrainTab, data: Path) -> None:
    (data / "file").write_text("")
    show(tab, tiny(data, "file"))
    run(qtbot, tab)
    until_told(qtbot, tab, "There can be no folder")
    (data / "broken").mkdir()
    (data / "broken" / "checkpoint.pt").write_bytes(b"no checkpoint")
    show(tab, tiny(data, "broken"))
    until_told(qtbot, tab, "checkpoint.pt cannot be read")
    assert not tab.can_start


def test_every_recipe_has_a_form_and_its_own_name_and_start(qtbot: QtBot, tab: TrainTab, data: Path) -> None:
    for kind in RECIPES:
        choose(tab, kind)
        assert set(tab.form.recipe.form.rows) >= {"epochs", "rate", "batch_size", "seed"}
        assert tab.form.recipe.about.text()
        if RECIPES[kind].data_set == "imagenet":
            assert "train and val" in tab.form.run_bar.problem.text()
            assert not tab.can_start
            tab.form.images.lines["data"].show_text(str(data))
            tab.form.images.edited.emit()
        assert tab.draft.spec.recipe.kind == kind
        assert tab.form.run_bar.problem.text() == ""
    names = {"standard": ("resnet20-standard", None), "pni": ("resnet20-pni", "cifar10-resnet20")}
    for kind, (name, start) in (names | {"gf-imagenet": ("resnet18-gf", None)}).items():
        choose(tab, kind)
        assert (tab.draft.spec.name, tab.draft.spec.start) == (name, start)
    assert tab.form.start.combo.currentText() == "The weights of torchvision:resnet18"


def test_the_form_refuses_what_is_no_run(
    qtbot: QtBot, tab: TrainTab, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tab, "epochs", "0")
    assert "must be at least 1" in tab.form.run_bar.problem.text()
    assert not tab.can_start
    write(tab, "epochs", "2")
    assert tab.can_start
    name = tab.form.result.name
    name.setText("a/b")
    name.editingFinished.emit()
    assert not tab.can_start
    name.setText("mine")
    name.editingFinished.emit()
    assert tab.draft.spec.folder == tab.places.trained / "mine"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *arguments: str(data))
    tab.form.images.lines["data"].browse.click()
    assert tab.draft.spec.data == str(data)
    tab.form.images.lines["test_data"].show_text(str(data / "gone"))
    tab.form.images.edited.emit()
    assert not tab.can_start
    assert "no such folder" in tab.form.run_bar.problem.text()
    tab.form.images.lines["test_data"].show_text("")
    tab.form.images.lines["data"].show_text("cifar10")  # as the tooltip calls what is downloaded
    tab.form.images.edited.emit()
    assert tab.can_start
    assert tab.draft.spec.data == "cifar10"


def test_a_curve_is_hidden_by_its_name(qtbot: QtBot, tab: TrainTab) -> None:
    accuracy = tab.view.plots.accuracy
    accuracy.legend.buttons["noisy"].click()
    assert not accuracy.curves["noisy"].isVisible()
    accuracy.legend.buttons["noisy"].click()
    assert accuracy.curves["noisy"].isVisible()


def test_a_plot_is_saved(tab: TrainTab, tmp_path: Path) -> None:
    tab.view.plots.loss.save(tmp_path / "loss.png")
    assert (tmp_path / "loss.png").read_bytes().startswith(b"\x89PNG")
    tab.view.plots.loss.save(tmp_path / "gone" / "loss.png")
    assert "cannot be written" in tab.toaster.toasts[-1].text


def test_a_plot_is_saved_under_the_whole_name(tab: TrainTab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "rate-0.05"), ""))
    menu = tab.view.plots.loss.menu()
    next(it for it in menu.actions() if it.text() == "Save plot…").trigger()
    assert (tmp_path / "rate-0.05.png").read_bytes().startswith(b"\x89PNG")


def test_the_device_follows_the_window(tab: TrainTab) -> None:
    tab.set_device("auto")
    assert tab.form.device.currentText() == "auto"


def test_a_model_is_shown_as_that_of_its_own_run_alone(qtbot: QtBot, tab: TrainTab, data: Path) -> None:
    show(tab, tiny(data, epochs=1))
    run(qtbot, tab)
    qtbot.waitUntil(lambda: not tab.can_start, timeout=WAIT)
    (data / "other").mkdir()
    for changes in ({"data": str(data / "other")}, {"test_data": str(data / "other")}, {"start": "cifar10-resnet20"}):
        show(tab, tiny(data, epochs=1).model_copy(update=changes))
        until_told(qtbot, tab, "Resume measures the model")
        assert not tab.view.model.isVisible()
        assert tab.can_start


def test_a_name_that_is_being_typed_is_taken_and_trained(qtbot: QtBot, tab: TrainTab, data: Path) -> None:
    show(tab, tiny(data, epochs=1).model_copy(update={"out": str(tab.places.trained / "tiny")}))
    run(qtbot, tab)
    qtbot.waitUntil(lambda: not tab.can_start, timeout=WAIT)
    name = tab.form.result.name
    name.setFocus()
    QTest.keyClicks(name, "2")
    assert tab.can_start
    run(qtbot, tab)
    qtbot.waitUntil(tab.view.model.isVisible, timeout=WAIT)
    assert (tab.places.trained / "tiny2" / "tiny2.safetensors").exists()


def test_what_is_dropped_goes_into_the_form_and_keeps_what_is_chosen_there(tab: TrainTab, data: Path) -> None:
    choose(tab, "gf-imagenet")
    assert tab.open_path(data)
    assert (tab.draft.spec.recipe.kind, tab.draft.spec.data) == ("gf-imagenet", str(data))
    assert tab.open_path(data / "mine.SAFETENSORS")
    assert tab.draft.spec.start == str(data / "mine.SAFETENSORS")
    assert tab.form.start.combo.currentText() == "mine.SAFETENSORS"
    assert not tab.open_path(data / "mine.txt")
    assert not tab.form.result.name.acceptDrops()


def test_an_npz_needs_test_images(tab: TrainTab, data: Path) -> None:
    assert tab.open_path(data / "cifar10_train.npz")
    assert "Choose test images too" in tab.form.run_bar.problem.text()
    assert not tab.can_start
    tab.form.images.lines["test_data"].show_text(str(data))
    tab.form.images.edited.emit()
    assert tab.draft.spec.test_data == str(data)


@pytest.mark.parametrize("path", ["~nosuchuser/x", "x" * 300])
def test_a_path_that_cannot_be_is_told(tab: TrainTab, path: str) -> None:
    for part, line in ((tab.form.images, tab.form.images.lines["data"]), (tab.form.result, tab.form.result.out)):
        line.show_text(path)
        part.edited.emit()
        assert "cannot be used" in tab.form.run_bar.problem.text()
        line.show_text("")
        part.edited.emit()
        assert tab.can_start


def test_another_name_counts_on_from_a_model_that_is_there(tab: TrainTab) -> None:
    for name, free in (("cifar-100", "cifar-100-2"), ("cifar-100-2", "cifar-100-3")):
        (tab.places.trained / name).mkdir(parents=True)
        tab.form.result.name.setText(name)
        tab.form.result.rename()
        assert tab.draft.spec.name == free


def test_settings_that_cannot_be_read_are_told(open_tab: Open, places: Places) -> None:
    places.training.parent.mkdir(parents=True, exist_ok=True)
    places.training.write_bytes(b"\xff\xfe")
    assert "could not be read back" in open_tab().toaster.toasts[-1].text


def test_a_model_with_a_defense_inside_is_used_with_it(qtbot: QtBot, tab: TrainTab, data: Path) -> None:
    recipe = PniRecipe()
    tab.view.begin(tiny(data).model_copy(update={"recipe": recipe}))
    with qtbot.waitSignal(tab.use_wanted) as wanted:
        tab.view.model.use.click()
    assert wanted.args == [ModelSpec(source=str(data / "run" / "tiny.safetensors")), (recipe.defense,)]
