"""Nothing is lost: messages stay readable, and exceptions that nobody caught are shown."""

import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from rnd_lab.gui.toast import DetailsDialog, Toaster
from rnd_lab.gui.uncaught import Uncaught, watch_for_crashes
from tests.gui.waiting import WAIT


@pytest.fixture
def toaster(qtbot: QtBot) -> Toaster:
    window = QWidget()
    window.resize(800, 600)
    qtbot.addWidget(window)
    window.show()
    return Toaster(window)


def test_only_an_info_goes_away_by_itself(qtbot: QtBot, toaster: Toaster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnd_lab.gui.toast.SHOWN_FOR", 10)
    toaster.error("Bad")
    toaster.info("Good")
    qtbot.waitUntil(lambda: [toast.text for toast in toaster.toasts] == ["Bad"], timeout=WAIT)


def test_messages_do_not_overlap_and_stay_inside(toaster: Toaster) -> None:
    for number in range(6):
        toaster.error(f"Message {number}. " + "A long explanation of what went wrong. " * number, "details")
    places = [toast.geometry() for toast in toaster.toasts]
    assert len(places) == 4
    assert all(toaster.parent().rect().contains(place) for place in places)
    assert not any(one.intersects(other) for one in places for other in places if one is not other)


def test_an_info_gives_way_before_an_error_and_a_new_one_is_seen(toaster: Toaster) -> None:
    for number in range(3):
        toaster.error(f"Bad {number}")
    toaster.info("Good")
    toaster.error("Worse")
    assert [it.text for it in toaster.toasts] == ["Bad 0", "Bad 1", "Bad 2", "Worse"]
    toaster.info("Better")
    assert [it.text for it in toaster.toasts] == ["Bad 1", "Bad 2", "Worse", "Better"]


def test_the_same_message_is_not_shown_twice(toaster: Toaster) -> None:
    toaster.error("Bad")
    toaster.error("Bad")
    assert len(toaster.toasts) == 1


def test_details_can_be_copied(qtbot: QtBot) -> None:
    dialog = DetailsDialog("Bad", "Traceback: line 1")
    qtbot.addWidget(dialog)
    dialog.copy()
    assert QGuiApplication.clipboard().text() == "Traceback: line 1"


def test_exceptions_of_any_thread_are_told(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    uncaught = Uncaught()
    uncaught.install()
    with qtbot.waitSignal(uncaught.raised, timeout=WAIT) as told:
        thread = threading.Thread(target=lambda: 1 // 0)
        thread.start()
        thread.join()
    assert "ZeroDivisionError" in told.args[0]
    assert "Traceback" in told.args[1]
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_crash_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "config" / "crash.log"
    path.parent.mkdir()
    path.write_text("Fatal Python error: Segmentation fault")
    last, file = watch_for_crashes(path)
    file.close()
    assert "Segmentation fault" in last
    assert watch_for_crashes(tmp_path / "config" / "crash.log" / "impossible")[1] is None
