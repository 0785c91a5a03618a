"""The Calibrate tab alone, on a few of the shipped images."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from rnd_lab.gui.calibrate.calibrate_tab import CalibrateTab
from rnd_lab.gui.calibrate.spec import CalibrationSpec
from rnd_lab.gui.places import Places
from rnd_lab.gui.toast import Toaster

Open = Callable[[], CalibrateTab]
TINY = CalibrationSpec.model_validate({"data": {"images": 10}, "nu": "0.05,0.2", "max_loss": 30})


@pytest.fixture
def open_tab(qtbot: QtBot, places: Places) -> Iterator[Open]:
    opened: list[CalibrateTab] = []

    def build() -> CalibrateTab:
        window = QMainWindow()
        toaster = Toaster(window)
        tab = CalibrateTab(places, toaster, "cpu")
        window.setCentralWidget(tab)
        window.resize(1300, 800)
        qtbot.addWidget(window, before_close_func=lambda _: toaster.clear())
        window.show()
        opened.append(tab)
        return tab

    yield build
    for tab in opened:
        tab.finish()


@pytest.fixture
def tab(open_tab: Open) -> CalibrateTab:
    """With two models and three ν."""
    tab = open_tab()
    tab.form.show_spec(TINY)
    return tab
