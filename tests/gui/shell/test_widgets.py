"""Widgets follow the palette by themselves."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStyle, QStyleOptionButton, QWidget
from pytestqt.qtbot import QtBot

from rnd_lab.gui.theme import DARK, LIGHT, Colours, palette
from rnd_lab.gui.widgets import CheckBox, IconButton, Problem
from tests.gui.waiting import WAIT


@pytest.fixture(autouse=True)
def palette_afterwards(qapp: QApplication) -> Iterator[None]:
    before = qapp.palette()
    yield
    qapp.setPalette(before)


def ink(button: IconButton, mode: QIcon.Mode) -> int:
    return button.icon().pixmap(32, 32, mode).toImage().pixelColor(16, 20).lightness()


@pytest.mark.parametrize("enabled", [True, False])
def test_icons_are_visible_whether_or_not_they_could_be_clicked_when_the_theme_changed(
    qtbot: QtBot, qapp: QApplication, enabled: bool
) -> None:
    qapp.setPalette(palette(LIGHT))
    window = QWidget()
    qtbot.addWidget(window)
    button = IconButton("mdi6.folder", "Open", parent=window)
    QHBoxLayout(window).addWidget(button)
    button.setEnabled(enabled)
    window.show()
    qapp.setPalette(palette(DARK))
    qtbot.waitUntil(lambda: ink(button, QIcon.Mode.Normal) > 200, timeout=WAIT)
    assert 100 < ink(button, QIcon.Mode.Disabled) < 180


def test_problems_stay_readable(qtbot: QtBot, qapp: QApplication) -> None:
    qapp.setPalette(palette(LIGHT))
    line = Problem()
    qtbot.addWidget(line)
    line.say("wrong")
    assert line.palette().windowText().color().lightness() < 100
    qapp.setPalette(palette(DARK))
    qtbot.waitUntil(lambda: line.palette().windowText().color().lightness() > 150, timeout=WAIT)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_an_empty_box_is_seen_in_both_themes(qtbot: QtBot, qapp: QApplication, colours: Colours) -> None:
    qapp.setPalette(palette(colours))
    box = CheckBox("Control")
    box.resize(box.sizeHint())
    qtbot.addWidget(box)
    option = QStyleOptionButton()
    box.initStyleOption(option)
    place = box.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, box)
    picture = box.grab().toImage()
    edge = picture.pixelColor(place.left(), place.center().y())
    assert contrast(edge, QColor(colours.window)) > 3  # what WCAG 2.1 asks of the edge of a control
    assert contrast(edge, picture.pixelColor(place.center())) > 3


def contrast(first: QColor, second: QColor) -> float:
    """The ratio of two luminances, as WCAG defines it."""

    def luminance(colour: QColor) -> float:
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3]]
        return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)
