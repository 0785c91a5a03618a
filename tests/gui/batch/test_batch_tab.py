"""Evaluations as people set them up, run, hold, stop and go on with them."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFileDialog, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from rnd_lab.attacks.nes import NesSpec
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.defenses.jpeg import JpegSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.evaluation.background import Ended
from rnd_lab.evaluation.spec import DefendedModel, read_evaluation
from rnd_lab.game.threat import ThreatModel
from rnd_lab.gui.batch.attacks_part import AttackRow
from rnd_lab.gui.batch.batch_tab import BatchTab
from rnd_lab.gui.batch.cell_model import PROGRESS, ROW
from rnd_lab.gui.batch.model_dialog import DefendedModelDialog
from rnd_lab.gui.batch.run_bar import BatchState
from rnd_lab.gui.places import Places
from rnd_lab.gui.widgets import warning_colour
from rnd_lab.models.bundled import bundled_folder
from rnd_lab.models.spec import ModelSpec
from rnd_lab.results.database import Database
from tests.gui.batch.conftest import ENDLESS, Open, tiny
from tests.gui.waiting import WAIT


def attack_row(tab: BatchTab, title: str) -> AttackRow:
    return next(row for row in tab.form.attacks.rows if row.kind.title.startswith(title))


def write(qtbot: QtBot, tab: BatchTab, axis: str, text: str) -> None:
    line = tab.form.axes.rows[axis].line
    line.setText(text)
    line.editingFinished.emit()


def run(qtbot: QtBot, tab: BatchTab) -> None:
    tab.run_or_pause()
    qtbot.waitUntil(lambda: tab.state is BatchState.IDLE, timeout=WAIT)


def until_playing(qtbot: QtBot, tab: BatchTab) -> None:
    assert tab.runner
    with qtbot.waitSignal(tab.runner.progressed, timeout=WAIT, check_params_cb=lambda it: it.passes > 0):
        pass


def titles(tab: BatchTab) -> list[str]:
    table = tab.view.table.sorted
    return [table.index(row, 0).data() for row in range(table.rowCount())]


def test_what_is_set_in_the_form_is_what_is_run(qtbot: QtBot, tab: BatchTab) -> None:
    tab.load(tiny(models=(DefendedModel(defense=(RndSpec(),)),), threat=ThreatModel(budget=30)))
    write(qtbot, tab, "nu", "0:0.02:0.01")
    row = attack_row(tab, "NES")
    row.check.click()
    assert [it.name for it in tab.draft.spec.attacks] == ["square", "nes"]
    assert tab.draft.spec.nu == (0.0, 0.01, 0.02)
    qtbot.waitUntil(lambda: "6 cells · 24 games" in tab.form.run_bar.effort.text(), timeout=WAIT)
    assert "at most 720 queries" in tab.form.run_bar.effort.text()
    qtbot.waitUntil(lambda: "here" in tab.form.run_bar.effort.text(), timeout=WAIT)
    changes: list[int] = []
    tab.changed.connect(changes.append)
    run(qtbot, tab)
    assert tab.view.state.text() == "Finished"
    assert tab.view.games.text() == "24 of 24 games"
    assert len(titles(tab)) == 6
    assert changes
    with Database(tab.path, create=False) as database:
        assert read_spec_of(database) == tab.draft.spec.model_dump_json()
        assert all(len(database.done(cell.id)) == 4 for cell in database.cells(changes[0]))
    table = tab.view.table.sorted
    assert all(table.index(line, PROGRESS).data() == "4 / 4" for line in range(6))
    tab.draft.stack.undo()
    assert not attack_row(tab, "NES").check.isChecked()


def read_spec_of(database: Database) -> str:
    return database.evaluations()[0].spec


def test_pause_resume_and_stop(qtbot: QtBot, tab: BatchTab) -> None:
    tab.load(tiny(threat=ENDLESS))
    tab.run_or_pause()
    until_playing(qtbot, tab)
    assert not tab.form.data.combo.isEnabled()
    tab.run_or_pause()
    assert tab.view.state.text() == "Paused"
    tab.run_or_pause()
    until_playing(qtbot, tab)
    tab.stop()
    qtbot.waitUntil(lambda: tab.state is BatchState.IDLE, timeout=WAIT)
    assert "goes on from here" in tab.view.state.text()
    assert tab.form.data.combo.isEnabled()


def test_a_killed_run_is_told_and_goes_on(qtbot: QtBot, tab: BatchTab, open_tab: Open) -> None:
    tab.load(tiny(threat=ENDLESS))
    tab.run_or_pause()
    until_playing(qtbot, tab)
    assert tab.runner
    tab.runner.background.kill()
    qtbot.waitUntil(lambda: tab.state is BatchState.IDLE, timeout=WAIT)
    assert "run it again" in tab.toaster.toasts[-1].text
    another = open_tab()
    bar = another.view.resume
    qtbot.waitUntil(bar.isVisible, timeout=WAIT)
    assert "0 of 2 cells" in bar.text.text()
    bar.button.click()
    assert another.draft.spec == tab.draft.spec
    until_playing(qtbot, another)
    assert not bar.isVisible()


def test_an_unfinished_evaluation_of_another_version_hides_no_other(
    qtbot: QtBot, places: Places, open_tab: Open
) -> None:
    places.results.parent.mkdir(parents=True)
    with Database(places.results) as database:
        database.add_evaluation("mine", tiny().model_dump_json(), "1", tiny().cells())
        database.add_evaluation("newer", '{"from": "the future"}', "2", tiny(seeds=(1,)).cells())
    tab = open_tab()
    qtbot.waitUntil(tab.view.resume.isVisible, timeout=WAIT)
    assert "mine" in tab.view.resume.text.text()
    assert not tab.toaster.toasts


def test_opening_the_same_evaluation_again_takes_the_place_of_what_is_typed(qtbot: QtBot, tab: BatchTab) -> None:
    tab.load(tiny())
    write(qtbot, tab, "nu", "two")
    assert not tab.form.commit()
    tab.load(tiny())
    assert tab.form.commit()


def test_other_images_are_chosen_with_the_same_seed(tab: BatchTab, tmp_path: Path) -> None:
    tab.load(tiny(data=DataSpec(images=4, seed=7)))
    assert tab.open_path(tmp_path)
    assert tab.draft.spec.data == DataSpec(source=str(tmp_path), images=4, seed=7)


def test_a_message_goes_when_the_old_model_is_back(qtbot: QtBot, tab: BatchTab, tmp_path: Path) -> None:
    weights = tmp_path / "net.safetensors"
    tab.load(tiny(models=(DefendedModel(model=ModelSpec(source=str(weights))),)))
    for name, message in (("cifar10-resnet20", ""), ("cifar10-resnet20-gf", "changed"), ("cifar10-resnet20", "")):
        weights.write_bytes((bundled_folder() / f"{name}.safetensors").read_bytes())
        run(qtbot, tab)
        shown = tab.view.table.sorted.index(0, PROGRESS).data()
        assert ("changed" in shown) == bool(message)


def test_an_evaluation_that_came_while_another_ran_is_told_its_time(qtbot: QtBot, tab: BatchTab) -> None:
    tab.run_or_wait(tiny(models=(DefendedModel(defense=(JpegSpec(),)),)))
    qtbot.waitUntil(lambda: tab.state is BatchState.IDLE, timeout=WAIT)
    qtbot.waitUntil(lambda: "here" in tab.form.run_bar.effort.text(), timeout=WAIT)


def test_a_cell_that_cannot_be_played_is_red_with_its_message(qtbot: QtBot, tab: BatchTab) -> None:
    tab.load(tiny(models=(DefendedModel(model=ModelSpec(source="gone.safetensors")), DefendedModel())))
    run(qtbot, tab)
    table = tab.view.table
    assert "gone.safetensors" in table.sorted.index(0, PROGRESS).data()
    assert "cannot be played" in table.sorted.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "gone.safetensors" in tab.view.warnings.text()
    colours = []
    for line in (0, 1):
        option = QStyleOptionViewItem()
        option.palette = QPalette(table.palette())
        table.itemDelegate().initStyleOption(option, table.sorted.index(line, 0))
        colours.append(option.palette.color(QPalette.ColorRole.Text))
    assert colours[0] == warning_colour(table.palette()) != colours[1]
    assert table.sorted.index(1, 0).data(ROW).complete


def test_the_table_is_searched_and_sorted(qtbot: QtBot, tab: BatchTab) -> None:
    tab.load(tiny())
    run(qtbot, tab)
    assert len(titles(tab)) == 2
    order = titles(tab)
    tab.view.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert titles(tab) == sorted(order, key=str.casefold, reverse=True)
    tab.view.search.setText("rnd 0.05")
    assert [("RND" in title) for title in titles(tab)] == [True]


@pytest.mark.parametrize(
    ("axis", "text", "where"),
    [("nu", "0.1, two", "two"), ("nu", "7", "at most 1"), ("mu", "7", "Square"), ("seeds", "-1", "at least 0")],
)
def test_a_wrong_axis_is_told_at_its_line(qtbot: QtBot, tab: BatchTab, axis: str, text: str, where: str) -> None:
    before = tab.draft.spec
    write(qtbot, tab, axis, text)
    assert where in tab.form.axes.rows[axis].problem.text()
    assert tab.form.run_bar.problem.text()
    assert not tab.form.run_bar.start.isEnabled()
    assert tab.draft.spec == before
    write(qtbot, tab, axis, "")
    assert not tab.form.axes.rows[axis].problem.text()
    assert tab.form.run_bar.start.isEnabled()


def test_no_attack_no_model_and_a_norm_that_an_attack_lacks(tab: BatchTab) -> None:
    form = tab.form
    attack_row(tab, "Square").check.click()
    assert "at least one attack" in form.attacks.problem.text()
    assert not form.run_bar.start.isEnabled()
    row = attack_row(tab, "ECO")
    row.check.click()
    assert form.run_bar.start.isEnabled()
    editor = form.threat.form.rows["norm"].editor
    editor.set_value("l2")
    editor.edited.emit()
    assert "not defined" in row.problem.text()
    editor.set_value("linf")
    editor.edited.emit()
    for _ in range(2):
        form.models.remove()
    assert "at least one model" in form.models.problem.text()


def test_images_that_are_not_there_are_told_but_may_come_back(qtbot: QtBot, tab: BatchTab, tmp_path: Path) -> None:
    folder = tmp_path / "nowhere"
    tab.load(tiny(data=DataSpec(source=str(folder))))
    qtbot.waitUntil(lambda: "nowhere" in tab.form.data.problem.text(), timeout=WAIT)
    assert tab.form.run_bar.start.isEnabled()
    assert not tab.form.run_bar.effort.text()
    tab.hide()
    for label in ("0", "1"):
        (folder / label).mkdir(parents=True)
        Image.new("RGB", (32, 32)).save(folder / label / "black.png")
    tab.show()
    qtbot.waitUntil(lambda: not tab.form.data.problem.text(), timeout=WAIT)
    assert "4 games" in tab.form.run_bar.effort.text()


def test_a_stack_is_built_in_the_dialog(qtbot: QtBot, tab: BatchTab) -> None:
    dialog = DefendedModelDialog(DefendedModel(), ())
    qtbot.addWidget(dialog)
    for title in ("RND", "JPEG"):
        next(it for it in dialog.stack.menu.actions() if it.text() == title).trigger()
    dialog.stack.boxes[1].up.click()
    dialog.title.setText("mine")
    assert dialog.chosen == DefendedModel(title="mine", defense=(JpegSpec(), RndSpec()))
    dialog.stack.boxes[0].remove.click()
    box = dialog.stack.boxes[0].form.rows["nu"].editor
    box.set_value(5.0)
    box.edited.emit()
    assert "at most 1" in dialog.problem.text()
    assert not dialog.buttons.buttons()[0].isEnabled()


def test_settings_follow_the_data_set_while_they_are_published_ones(tab: BatchTab) -> None:
    combo = tab.form.data.combo
    before = tab.draft.spec.attacks[0]
    combo.setCurrentIndex(combo.findData("samples:imagenet"))
    combo.activated.emit(combo.currentIndex())
    after = tab.draft.spec.attacks[0]
    assert (after, before) == (type(after).for_data("imagenet", "linf"), type(after).for_data("cifar10", "linf"))
    assert "made for the classes of cifar10" in tab.form.models.problem.text()


def test_an_opened_evaluation_is_the_one_that_was_saved(tab: BatchTab, tmp_path: Path) -> None:
    spec = tiny(nu=(1 / 60,), epsilon=(8 / 255,), goals=("targeted", "untargeted"), seeds=(3, 2**53), watch=True)
    path = tmp_path / "mine.json"
    path.write_text(spec.model_dump_json())
    tab.open_path(path)
    tab.form.name.name.setText("other")
    tab.form.name.name.editingFinished.emit()
    assert tab.draft.spec == spec.model_copy(update={"name": "other"})
    for action in tab.form.name.fill_menu().actions():
        if "table" in action.text():
            action.trigger()
    tab.form.models.edited.emit()
    assert tab.draft.spec.name.startswith("reproduce table")
    path.write_text("{")
    tab.open_path(path)
    assert "cannot be opened" in tab.toaster.toasts[-1].text


def test_images_and_models_that_are_opened_bring_their_published_settings(tab: BatchTab, tmp_path: Path) -> None:
    ours = tiny(attacks=(NesSpec.for_data("cifar10", "l2"),), threat=ThreatModel(norm="l2", epsilon=1.0))
    theirs = (NesSpec.for_data("imagenet", "l2"), 5.0)
    tab.load(ours)
    tab.draft.edit(
        ours.model_copy(update={"models": (DefendedModel(model=ModelSpec(source="torchvision:resnet50")),)}), "test"
    )
    Image.new("RGB", (32, 32)).save(tmp_path / "a.png")
    assert tab.open_path(tmp_path)
    assert (tab.draft.spec.attacks[0], tab.draft.spec.threat.epsilon) == theirs


def test_published_settings_that_the_budget_does_not_pay_for_are_told(tab: BatchTab, tmp_path: Path) -> None:
    ours = tiny(attacks=(NesSpec.for_data("cifar10", "linf"),), threat=ThreatModel(budget=60))
    tab.load(ours)
    Image.new("RGB", (32, 32)).save(tmp_path / "a.png")
    tab.draft.edit(
        ours.model_copy(update={"models": (DefendedModel(model=ModelSpec(source="torchvision:resnet50")),)}), "test"
    )
    before = tab.draft.spec
    assert tab.open_path(tmp_path)
    assert "a budget of 60 pays for none" in tab.toaster.toasts[-1].text
    assert tab.draft.spec == before


def test_an_evaluation_is_saved_under_the_whole_name(
    tab: BatchTab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab.load(tiny())
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "rnd-0.05"), ""))
    tab.ask_to_save()
    assert read_evaluation(tmp_path / "rnd-0.05.json") == tiny()


def set_samples(row: AttackRow, samples: int) -> None:
    editor = row.form.rows["samples"].editor
    editor.set_value(samples)
    editor.edited.emit()


def test_setting_an_attack_chooses_it_and_its_settings_outlive_unticking(tab: BatchTab) -> None:
    tab.load(tiny())
    row = attack_row(tab, "NES")
    set_samples(row, 8)
    ours = NesSpec.for_data("cifar10", "linf").model_copy(update={"samples": 8})
    assert row.check.isChecked()
    assert tab.draft.spec.attacks[1] == ours
    row.check.click()
    assert [it.name for it in tab.draft.spec.attacks] == ["square"]
    tab.form.models.edited.emit()
    row.check.click()
    assert tab.draft.spec.attacks[1] == ours


def test_named_settings_of_an_attack_choose_it(tab: BatchTab) -> None:
    tab.load(tiny(data=DataSpec(source="samples:imagenet", images=4), threat=ThreatModel(budget=50)))
    row = attack_row(tab, "NES")
    row.buttons["authors"].click()
    assert row.check.isChecked()
    assert tab.draft.spec.attacks[1] == NesSpec.presets("imagenet", "linf")["authors"]
    assert not row.buttons["authors"].isEnabled()


def test_settings_that_were_undone_or_are_for_another_norm_are_not_kept(tab: BatchTab) -> None:
    tab.load(tiny())
    row = attack_row(tab, "NES")
    set_samples(row, 8)
    tab.draft.stack.undo()
    assert not row.check.isChecked()
    assert row.value() == NesSpec.for_data("cifar10", "linf")
    set_samples(row, 8)
    row.check.click()
    assert row.value().samples == 8
    tab.load(tiny(threat=ThreatModel(norm="l2", epsilon=1, budget=20)))
    assert row.value() == NesSpec.for_data("cifar10", "l2")


def test_the_form_is_there_again_the_next_time(tab: BatchTab, open_tab: Open) -> None:
    tab.load(tiny(nu=(0.01, 0.03)))
    tab.finish()
    assert read_evaluation(tab.places.evaluation) == tab.draft.spec
    assert open_tab().draft.spec == tab.draft.spec


def test_what_waits_is_run_next(qtbot: QtBot, tab: BatchTab) -> None:
    tab.load(tiny(threat=ENDLESS))
    tab.run_or_pause()
    until_playing(qtbot, tab)
    assert tab.view.speed.text().endswith(" passes/s")
    tab.run_or_wait(tiny(name="next"))
    assert "“next”" in tab.view.waiting.text.text()
    assert tab.runner
    tab.runner.stop()
    with qtbot.waitSignal(tab.runner.over, timeout=WAIT) as over:
        pass
    assert over.args == [Ended("stopped")]
    tab.view.waiting.button.click()
    qtbot.waitUntil(lambda: tab.state is BatchState.IDLE, timeout=WAIT)
    assert tab.view.title.text() == "next"
    assert tab.view.games.text() == "8 of 8 games"
