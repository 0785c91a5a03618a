"""Forms made from specs: what goes in comes out, and what is wrong is said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtGui import QValidator
from pytestqt.qtbot import QtBot

from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.game.referee import Referee
from rnd_lab.game.threat import ThreatModel
from rnd_lab.gui.forms import SpecForm
from rnd_lab.gui.number_box import NumberBox
from rnd_lab.gui.words import sentence
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.amounts import counted
from rnd_lab.primitives.spec import Spec
from tests.gui.waiting import WAIT

KINDS = [*ATTACKS.values(), ThreatModel, Referee, RndSpec, ModelSpec]


@pytest.mark.parametrize("kind", KINDS)
def test_every_spec_goes_through_its_form(qtbot: QtBot, kind: type[Spec]) -> None:
    form = SpecForm(kind)
    qtbot.addWidget(form)
    form.set_value(kind())
    assert form.value() == kind()


@pytest.mark.parametrize("kind", ATTACKS.values())
@pytest.mark.parametrize("data_set", ["cifar10", "imagenet"])
@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_published_settings_go_through_the_form(qtbot: QtBot, kind: type, data_set: str, norm: str) -> None:
    form = SpecForm(kind)
    qtbot.addWidget(form)
    for spec in kind.presets(data_set, norm).values():
        form.set_value(spec)
        assert form.value() == spec


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_explains_itself(qtbot: QtBot, kind: type[Spec]) -> None:
    form = SpecForm(kind)
    qtbot.addWidget(form)
    for name, row in form.rows.items():
        tip = row.editor.widget.toolTip()
        assert kind.model_fields[name].description[:20].split("'")[0] in tip.replace("&#x27;", "'")
        assert "Default:" in tip


def test_tooltip_has_unit_range_and_default(qtbot: QtBot) -> None:
    form = SpecForm(ATTACKS["nes"])
    qtbot.addWidget(form)
    assert (
        "Unit: pixel; fractions such as 8/255 can be typed. Range: above 0. Default: 0.01"
        in form.rows["mu"].editor.widget.toolTip()
    )
    assert "at least 2, a multiple of 2. Default: 30" in form.rows["samples"].editor.widget.toolTip()


def test_a_wrong_number_is_explained_at_its_field(qtbot: QtBot) -> None:
    form = SpecForm(ATTACKS["nes"])
    qtbot.addWidget(form)
    form.set_value(ATTACKS["nes"]())
    form.rows["samples"].editor.widget.setValue(31)
    with pytest.raises(ValidationError):
        form.value()
    assert form.rows["samples"].problem.text() == "must be a multiple of 2"
    form.rows["samples"].editor.widget.setValue(32)
    form.value()
    assert form.rows["samples"].problem.text() == ""


def test_statistics_that_belong_together_are_explained(qtbot: QtBot) -> None:
    form = SpecForm(ModelSpec, skip=("source",))
    qtbot.addWidget(form)
    form.set_value(ModelSpec(source="x.pt"))
    form.rows["mean"].editor.widget.setText("0.5, 0.5, 0.5")
    with pytest.raises(ValidationError):
        form.value()
    assert "mean and std belong together" in form.problem.text()
    form.rows["std"].editor.widget.setText("0.2, 0.2, 0.25")
    assert form.value() == ModelSpec(source="x.pt", mean=(0.5, 0.5, 0.5), std=(0.2, 0.2, 0.25))


def test_reset_brings_back_one_default(qtbot: QtBot) -> None:
    form = SpecForm(ThreatModel)
    qtbot.addWidget(form)
    form.show()
    form.set_value(ThreatModel(budget=77, eot=3))
    with qtbot.waitSignal(form.changed, timeout=WAIT):
        form.rows["budget"].reset.click()
    assert form.value() == ThreatModel(eot=3)
    assert not form.rows["budget"].reset.isVisible()
    assert form.rows["eot"].reset.isVisible()


def test_units_agree_with_their_number(qtbot: QtBot) -> None:
    form = SpecForm(ThreatModel)
    qtbot.addWidget(form)
    form.set_value(ThreatModel(eot=1))
    assert form.rows["eot"].editor.widget.text() == "1 query"
    form.rows["eot"].editor.widget.stepUp()
    assert form.rows["eot"].editor.widget.text() == "2 queries"
    told = {"classes": "class", "passes": "pass", "hashes": "hash", "images": "image", "queries": "query"}
    assert {unit: counted(unit, 1) for unit in told} == told


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.01, "0.01"),
        (5e-4, "0.0005"),
        (0.0, "0"),
        (1.0, "1"),
        (1e-9, "1e-9"),
        (8 / 255, "8/255"),
        (0.1 + 0.2, "0.30000000000000004"),
    ],
)
def test_numbers_are_shown_as_people_write_them(qtbot: QtBot, number: float, text: str) -> None:
    box = NumberBox()
    qtbot.addWidget(box)
    box.set_number(number)
    assert box.text() == text
    assert box.number() == number


@settings(max_examples=50, deadline=None)
@given(st.floats(1e-12, 1e6))
def test_no_number_is_rounded(number: float) -> None:
    assert NumberBox().valueFromText(NumberBox().textFromValue(number)) == number
    box = NumberBox()
    box.set_number(number)
    assert box.number() == number


def test_arrows_change_the_second_digit_exactly(qtbot: QtBot) -> None:
    box = NumberBox(low=0, open_low=True)
    qtbot.addWidget(box)
    box.set_number(0.01)
    box.stepUp()
    assert box.number() == 0.011
    box.stepDown()
    box.stepDown()
    assert box.number() == 0.009
    for _ in range(200):
        box.stepDown()
    assert 0 < box.number() < 0.009


def test_arrows_change_a_fraction_by_its_steps(qtbot: QtBot) -> None:
    box = NumberBox(low=0)
    qtbot.addWidget(box)
    box.set_number(2 / 255)
    texts = []
    for steps in (1, -2, -1, -1):
        box.stepBy(steps)
        texts.append(box.text())
    assert texts == ["3/255", "1/255", "0", "0"]


def test_whole_numbers_are_no_fractions(qtbot: QtBot) -> None:
    box = NumberBox(whole=True)
    qtbot.addWidget(box)
    assert box.validate("510/255", 7)[0] is QValidator.State.Invalid


def test_statistics_are_read_as_they_are_shown(qtbot: QtBot) -> None:
    form = SpecForm(ModelSpec)
    qtbot.addWidget(form)
    spec = ModelSpec(mean=(0.5, 0.5, 0.5), std=(1 / 255, 1 / 3, 0.25))
    form.set_value(spec)
    assert form.value() == spec


def test_what_is_wrong_is_told_by_the_name_on_the_screen(qtbot: QtBot) -> None:
    with pytest.raises(ValidationError) as caught:
        ATTACKS["nes"].model_validate({"mu": -1})
    assert sentence(caught.value) == "μ must be above 0."


def test_arrows_begin_at_what_was_just_typed(qtbot: QtBot) -> None:
    box = NumberBox(whole=True)
    qtbot.addWidget(box)
    box.set_number(100)
    box.selectAll()
    qtbot.keyClicks(box, "500")
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert box.number() == 510
    limited = NumberBox(low=0, high=1)
    qtbot.addWidget(limited)
    limited.set_number(1)
    limited.selectAll()
    qtbot.keyClicks(limited, "0.5")
    qtbot.keyClick(limited, Qt.Key.Key_Up)
    assert limited.number() == 0.51


def test_a_wrong_number_of_an_optional_box_is_taken_as_it_is(qtbot: QtBot) -> None:
    box = NumberBox(whole=True, low=1, optional=True)
    qtbot.addWidget(box)
    for typed in (-1, -7):
        box.selectAll()
        qtbot.keyClicks(box, str(typed))
        qtbot.keyClick(box, Qt.Key.Key_Return)
        assert box.number() == typed


@pytest.mark.parametrize(
    ("typed", "number"), [("0,02", 0.02), ("5e-4", 5e-4), (".5", 0.5), ("8/255", 8 / 255), ("8 / 255", 8 / 255)]
)
def test_typed_numbers_are_understood(qtbot: QtBot, typed: str, number: float) -> None:
    box = NumberBox()
    box.setSuffix(" pixel")
    qtbot.addWidget(box)
    box.selectAll()
    qtbot.keyClicks(box, typed)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.number() == number


def test_letters_cannot_be_typed(qtbot: QtBot) -> None:
    box = NumberBox(whole=True)
    qtbot.addWidget(box)
    box.set_number(2000)
    box.selectAll()
    qtbot.keyClicks(box, "x3y,000")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.number() == 3000


def test_an_optional_number_can_be_emptied(qtbot: QtBot) -> None:
    box = NumberBox(whole=True, low=1, optional=True)
    qtbot.addWidget(box)
    box.set_number(224)
    box.selectAll()
    qtbot.keyClick(box, Qt.Key.Key_Backspace)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.number() is None
    box.stepUp()
    assert box.number() == 1
