"""A window with its parameters, ready to play."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from rnd_lab.gui import close_question
from rnd_lab.gui.attack_tab import AttackTab
from rnd_lab.gui.main_window import MainWindow
from rnd_lab.gui.places import Places
from rnd_lab.gui.player import State
from tests.gui.waiting import WAIT


class Opened(MainWindow):
    """A window whose tab is surely there."""

    tab: AttackTab


@pytest.fixture
def open_window(
    qtbot: QtBot, qapp: QApplication, places: Places, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], MainWindow]:
    monkeypatch.setattr(close_question, "ask", lambda parent: "close")
    monkeypatch.setattr(close_question, "tell", pytest.fail)  # nothing goes wrong while a window is closed

    def build() -> MainWindow:
        window = MainWindow(qapp, places)
        qtbot.addWidget(window, before_close_func=lambda it: it.toaster.clear())
        window.show()
        window.warmup.start()
        qtbot.waitUntil(lambda: window.tab is not None and window.tab.state is State.READY, timeout=WAIT)
        return window

    return build


@pytest.fixture
def window(open_window: Callable[[], Opened]) -> Opened:
    return open_window()


@pytest.fixture
def tab(window: Opened) -> AttackTab:
    return window.tab
