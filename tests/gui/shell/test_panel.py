"""The parameter panel: what is edited becomes a run, and follows what it depends on."""

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.defenses.catalog import DEFENSES
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.experiments.presets import presets
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.gui.attack_tab import AttackTab
from rnd_lab.gui.panel.panel import Panel
from rnd_lab.gui.player import State
from rnd_lab.gui.published import follow
from tests.gui.waiting import WAIT


@pytest.fixture
def panel(tab: AttackTab) -> Panel:
    return tab.panel


def choose(combo: object, data: object) -> None:
    combo.setCurrentIndex(combo.findData(data))
    combo.activated.emit(combo.currentIndex())


def test_first_start_shows_the_first_preset_ready_to_play(tab: AttackTab) -> None:
    assert tab.draft.spec == presets()[0].spec
    assert tab.panel.presets.combo.currentText() == presets()[0].title
    assert tab.panel.presets.about.text() == presets()[0].about
    assert tab.panel.run_bar.start.isEnabled()
    assert "ship" in tab.panel.image.prediction.text()


def test_every_attack_of_the_catalog_can_be_chosen(panel: Panel) -> None:
    for name, kind in ATTACKS.items():
        choose(panel.attack.combo, name)
        assert panel.draft.spec.attack == kind.for_data("cifar10", "linf")
        assert panel.attack.summary.text() == kind.summary


def test_every_preset_can_be_chosen_and_undone(panel: Panel) -> None:
    for preset in presets()[1:]:
        panel.use_preset(preset)
        assert panel.draft.spec == preset.spec
    panel.draft.stack.setIndex(0)
    assert panel.draft.spec == presets()[0].spec


def test_undoing_the_choice_of_a_preset_names_the_one_before(panel: Panel) -> None:
    first, second = presets()[:2]
    panel.draft.edit(first.spec.model_copy(update={"seed": 12}), "Seed")
    panel.use_preset(second)
    assert panel.presets.combo.currentText() == second.title
    panel.draft.stack.undo()
    assert panel.presets.combo.currentText() == f"{first.title} (changed)"
    assert panel.presets.about.text() == first.about


def test_a_run_from_elsewhere_is_not_taken_for_a_changed_preset(tab: AttackTab) -> None:
    panel = tab.panel
    panel.draft.edit(panel.draft.spec.model_copy(update={"duel": False}), "Duel")
    assert panel.presets.combo.currentText() == f"{presets()[0].title} (changed)"
    assert tab.set_spec(RunSpec(image="dog-01", attack=ATTACKS["nes"]()))
    assert panel.presets.combo.currentText() == ""
    assert panel.presets.about.text() == ""
    assert not panel.presets.reset.isEnabled()
    assert tab.set_spec(presets()[1].spec)
    assert panel.presets.combo.currentText() == presets()[1].title


def test_an_image_of_a_data_set_is_shown_small_as_the_model_sees_it(tab: AttackTab, qtbot: QtBot) -> None:
    thumbnail = tab.panel.image.thumbnail
    assert not thumbnail.empty
    tab.set_spec(RunSpec(image="samples:cifar10#7"))
    qtbot.waitUntil(lambda: tab.state is State.READY and not thumbnail.empty, timeout=WAIT)
    other = thumbnail.grab().toImage()
    tab.set_spec(RunSpec(image="samples:cifar10#8"))
    qtbot.waitUntil(lambda: tab.state is State.READY and not thumbnail.empty, timeout=WAIT)
    assert thumbnail.grab().toImage() != other


def test_undo_brings_back_the_old_value_on_screen(panel: Panel) -> None:
    box = panel.threat.form.rows["budget"].editor.widget
    box.setValue(123)
    assert panel.draft.spec.threat.budget == 123
    panel.draft.stack.undo()
    assert panel.draft.spec.threat.budget == 2000
    assert box.value() == 2000
    panel.draft.stack.redo()
    assert box.value() == 123


def test_norm_brings_its_published_epsilon_and_settings(panel: Panel) -> None:
    choose(panel.threat.form.rows["norm"].editor.widget, "l2")
    assert panel.draft.spec.threat.epsilon == 1.0
    assert panel.draft.spec.attack == ATTACKS["square"].for_data("cifar10", "l2")
    choose(panel.threat.form.rows["norm"].editor.widget, "linf")
    assert panel.draft.spec.threat.epsilon == 0.05


def test_settings_of_ones_own_do_not_follow() -> None:
    old = RunSpec(attack={"name": "square", "p": 0.3})
    values = dict(old) | {"threat": old.threat.model_copy(update={"norm": "l2"})}
    assert follow(old, values, "cifar10", "cifar10")["attack"].p == 0.3


def test_settings_of_the_authors_follow_where_they_have_some() -> None:
    eco = ATTACKS["eco"].presets("imagenet", "linf")["authors"]
    old = RunSpec(attack=eco)
    assert follow(old, dict(old), "imagenet", "cifar10")["attack"] == ATTACKS["eco"].for_data("cifar10", "linf")
    nes = ATTACKS["nes"].presets("imagenet", "linf")["authors"]
    old = RunSpec(attack=nes)
    assert follow(old, dict(old), "imagenet", "imagenet")["attack"] == nes


def test_another_data_set_brings_its_image_and_epsilon() -> None:
    old = RunSpec(threat={"norm": "l2", "epsilon": 1.0, "goal": "targeted"}, target=3)
    new = RunSpec(**follow(old, dict(old), "cifar10", "imagenet"))
    assert new.threat.epsilon == 5.0
    assert new.target is None
    assert new.image != old.image


def test_published_settings_are_one_click_away(panel: Panel) -> None:
    panel.attack.form.rows["p"].editor.widget.setValue(0.4)
    assert panel.draft.spec.attack.p == 0.4
    panel.attack.buttons["paper"].click()
    assert panel.draft.spec.attack == ATTACKS["square"].for_data("cifar10", "linf")
    assert not panel.attack.buttons["paper"].isEnabled()


def test_authors_settings_are_offered_where_they_differ_follow_the_norm_and_can_be_undone(panel: Panel) -> None:
    choose(panel.attack.combo, "simba")
    authors = panel.attack.buttons["authors"]
    assert not authors.isVisibleTo(panel)
    choose(panel.threat.form.rows["norm"].editor.widget, "l2")
    assert authors.isVisibleTo(panel)
    authors.click()
    assert panel.draft.spec.attack == ATTACKS["simba"].presets("cifar10", "l2")["authors"]
    panel.draft.stack.undo()
    assert panel.draft.spec.attack != ATTACKS["simba"].presets("cifar10", "l2")["authors"]
    panel.draft.stack.redo()
    choose(panel.threat.form.rows["norm"].editor.widget, "linf")
    assert panel.draft.spec.attack == ATTACKS["simba"].for_data("cifar10", "linf")


def test_the_picture_of_a_probe_follows_the_attack_and_its_parameters(panel: Panel) -> None:
    def seen() -> list[QImage]:
        return [picture.image for picture in panel.attack.probe.pictures]

    drawn = []
    for name in ATTACKS:
        choose(panel.attack.combo, name)
        drawn.append(seen())
    assert sum(pictures not in drawn[:place] for place, pictures in enumerate(drawn)) >= 6
    choose(panel.attack.combo, "eco")
    changed = [{image.pixel(x, y) for x in range(32) for y in range(32)} for image in seen()]
    assert sorted(len(colours) for colours in changed) == [1, 1, 2]
    before = seen()
    panel.attack.form.rows["block"].editor.widget.setValue(8)
    assert seen() != before


def test_noise_is_told_beside_the_probe_while_there_is_some(panel: Panel) -> None:
    choose(panel.attack.combo, "nes")
    panel.defense.stack.boxes[0].form.rows["nu"].editor.widget.setValue(0.05)
    assert "5.0×" in panel.attack.probe.note.text()
    panel.attack.form.rows["mu"].editor.widget.setValue(0.02)
    assert "2.5×" in panel.attack.probe.note.text()
    panel.defense.switch.click()
    assert "RND" not in panel.attack.probe.note.text()


def test_no_probe_is_shown_of_an_attack_that_cannot_be_played(panel: Panel) -> None:
    choose(panel.threat.form.rows["norm"].editor.widget, "l2")
    choose(panel.attack.combo, "eco")
    assert not panel.attack.probe.isVisibleTo(panel)
    choose(panel.threat.form.rows["norm"].editor.widget, "linf")
    assert panel.attack.probe.isVisibleTo(panel)


def test_targeted_offers_classes_by_name(panel: Panel) -> None:
    choose(panel.threat.form.rows["goal"].editor.widget, "targeted")
    assert panel.draft.spec.target == 0
    assert panel.threat.target.isVisibleTo(panel)
    choose(panel.threat.target, panel.threat.target.itemData(panel.threat.target.findText("frog")))
    assert panel.world.labels[panel.draft.spec.target] == "frog"
    choose(panel.threat.form.rows["goal"].editor.widget, "untargeted")
    assert panel.draft.spec.target is None


def test_a_combination_that_is_no_run_is_explained_and_not_played(panel: Panel) -> None:
    choose(panel.attack.combo, "nes")
    panel.attack.form.rows["samples"].editor.widget.setValue(7)
    assert "multiple of 2" in panel.run_bar.problem.text()
    assert not panel.run_bar.start.isEnabled()
    assert panel.draft.spec.attack.samples == 30
    panel.attack.form.rows["samples"].editor.widget.setValue(8)
    assert panel.run_bar.problem.text() == ""
    assert panel.draft.spec.attack.samples == 8
    assert panel.run_bar.start.isEnabled()


def test_an_attack_without_the_norm_is_explained(panel: Panel) -> None:
    choose(panel.threat.form.rows["norm"].editor.widget, "l2")
    choose(panel.attack.combo, "eco")
    assert "ECO" in panel.run_bar.problem.text()
    choose(panel.threat.form.rows["norm"].editor.widget, "linf")
    assert panel.draft.spec.attack.name == "eco"


def test_noise_by_slider_and_by_number(panel: Panel) -> None:
    (box,) = panel.defense.stack.boxes
    box.slider.setValue(500)
    assert panel.draft.spec.defense[0].nu == 0.05
    box.form.rows["nu"].editor.widget.setValue(0.0123456)
    assert panel.draft.spec.defense[0].nu == 0.0123456
    assert box.slider.value() == 123
    panel.defense.switch.click()
    assert panel.draft.spec.defense == ()
    assert not panel.run_bar.duel.isEnabled()
    panel.defense.switch.click()
    assert panel.draft.spec.defense[0].nu == 0.0123456


def test_a_stack_is_built_reordered_and_taken_apart(panel: Panel) -> None:
    stack = panel.defense.stack
    names = lambda: [defense.name for defense in panel.draft.spec.defense]  # noqa: E731
    next(action for action in stack.menu.actions() if action.data() == "jpeg").trigger()
    assert names() == ["rnd", "jpeg"]
    stack.boxes[1].up.click()
    assert names() == ["jpeg", "rnd"]
    stack.boxes[0].form.rows["quality"].editor.widget.setValue(50)
    assert panel.draft.spec.defense[0].quality == 50
    stack.boxes[1].remove.click()
    assert names() == ["jpeg"]
    stack.boxes[0].remove.click()
    assert names() == []
    assert not panel.defense.switch.isChecked()
    panel.defense.switch.click()
    assert names() == ["jpeg"]
    panel.draft.stack.undo()  # edits of one part in a row are one
    assert names() == ["rnd"]
    assert stack.boxes[0].kind is RndSpec


@pytest.mark.parametrize("name", DEFENSES)
def test_every_defense_is_shown_as_the_run_says(panel: Panel, name: str) -> None:
    spec = panel.draft.spec.model_copy(update={"defense": (DEFENSES[name](), RndSpec(nu=0.03))})
    panel.draft.edit(spec, "Test")
    panel._show(spec)
    assert panel.defense.stack.value() == spec.defense
    panel.attack.combo.setFocus()
    choose(panel.attack.combo, "nes")
    assert panel.draft.spec.defense == spec.defense


def test_true_class_can_be_changed_and_a_wrong_start_is_told(qtbot: QtBot, tab: AttackTab) -> None:
    choose(tab.panel.image.true_class, 3)
    assert tab.draft.spec.label == 3
    assert tab.state is State.LOADING
    qtbot.waitUntil(lambda: tab.state is State.READY, timeout=WAIT)
    assert "wrong before the attack" in tab.panel.image.warning.text()
    tab.draft.stack.undo()
    qtbot.waitUntil(lambda: tab.state is State.READY, timeout=WAIT)
    assert tab.panel.image.warning.text() == ""


def test_edits_that_cancel_out_leave_nothing_to_undo(panel: Panel) -> None:
    before = panel.draft.spec
    for seed in (7, before.seed):
        panel.draft.edit(before.model_copy(update={"seed": seed}), "Seed")
    assert not panel.draft.stack.canUndo()


def test_another_model_can_be_chosen_though_something_is_wrong_with_this_one(panel: Panel) -> None:
    size = panel.model.form.rows["input_size"].editor
    size.set_value(0)
    size.edited.emit()
    assert panel.run_bar.problem.text()
    choose(panel.model.combo, "cifar10-resnet20-gf")
    assert panel.draft.spec.model.source == "cifar10-resnet20-gf"
    assert not panel.run_bar.problem.text()


def test_numbers_of_a_model_are_not_rounded_by_being_shown(panel: Panel) -> None:
    mean = (0.4913999736309052, 0.5, 1.0)
    mine = panel.draft.spec.model.model_copy(update={"mean": mean, "std": mean})
    panel.model.form.set_value(mine)
    assert panel.model.form.value() == mine
