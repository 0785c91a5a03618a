"""Garbage that holds widgets is destroyed on the window's thread, whoever makes more of it."""

import gc
import threading
from weakref import finalize

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from rnd_lab.gui.collecting import Collector
from tests.gui.waiting import WAIT


class Knot:
    """Garbage that only a collection finds."""

    def __init__(self) -> None:
        self.myself = self


def test_garbage_is_collected_on_the_windows_thread_only(qtbot: QtBot) -> None:
    parent = QObject()
    Collector(parent)
    ended: list[int] = []
    knot = Knot()
    finalize(knot, lambda: ended.append(threading.get_ident()))
    del knot

    def litter() -> None:
        keep = [[Knot() for _ in range(1000)] for _ in range(20)]
        keep.clear()

    worker = threading.Thread(target=litter)
    worker.start()
    worker.join()
    assert not gc.isenabled()
    assert not ended
    qtbot.waitUntil(lambda: bool(ended), timeout=WAIT)
    assert ended == [threading.get_ident()]
    parent.deleteLater()
