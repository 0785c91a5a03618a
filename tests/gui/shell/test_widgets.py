"""Widgets follow the palette by themselves."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from rnd_lab.gui.theme import DARK, LIGHT, palette
from rnd_lab.gui.widgets import IconButton, Problem
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
