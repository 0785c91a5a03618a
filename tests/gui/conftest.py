"""Windows without a screen, settings in a temporary folder, and nothing left running."""

import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar
from weakref import ref

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from rnd_lab.gui.places import Places
from rnd_lab.gui.toast import Toaster
from tests.gui.results_file import make_results

Tab = TypeVar("Tab", bound=QWidget)


class Host(Protocol):
    """Puts a tab into a window of its own."""

    def __call__(self, build: Callable[[Toaster], Tab], close: Callable[[Tab], None]) -> Tab: ...


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test touches the settings of whoever runs it."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "config", tmp_path / "data")


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results file with the evaluations "grid" (1) and "plain" (2)."""
    return make_results(tmp_path_factory.mktemp("played") / "results.db")


@pytest.fixture
def host(qtbot: QtBot) -> Iterator[Host]:
    """Shows tabs in windows with a toaster; closes them in the end."""
    closing: list[Callable[[], None]] = []

    def show(build: Callable[[Toaster], Tab], close: Callable[[Tab], None]) -> Tab:
        window = QMainWindow()
        toaster = Toaster(window)
        qtbot.addWidget(window, before_close_func=lambda _: toaster.clear())
        tab = build(toaster)
        window.setCentralWidget(tab)
        window.resize(1380, 860)
        window.show()
        closing.append(lambda: close(tab))
        return tab

    yield show
    for close in closing:
        close()


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    qapp.setStyle("Fusion")
    return qapp


@pytest.fixture(autouse=True)
def nothing_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves a QThread running or a QTimer active: they would act during the next one.

    Garbage is collected when all threads have ended: its widgets must not be destroyed on one of them, as the lab's
    Collector sees to.
    """
    gc.disable()
    started: list[Callable[[], object]] = []

    def watch(kind: type[QThread] | type[QTimer]) -> None:
        original: Callable[..., None] = kind.start

        def start(self: QThread | QTimer, *arguments: object) -> None:
            started.append(ref(self))
            original(self, *arguments)

        monkeypatch.setattr(kind, "start", start)

    watch(QThread)
    watch(QTimer)
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [it for it in (alive() for alive in started) if it is not None and isValid(it)]
    threads = [it for it in left if isinstance(it, QThread) and not it.wait(2000)]
    timers = [it for it in left if isinstance(it, QTimer) and it.isActive()]
    for timer in timers:
        timer.stop()
    gc.collect(1)
    gc.enable()
    assert not threads, f"threads still run: {threads}"
    assert not timers, f"timers are still active: {timers}"
