"""The graphical front door."""

import faulthandler
import gc
import signal
from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

import rnd_lab
from rnd_lab.gui.collecting import Collector
from rnd_lab.gui.main_window import MainWindow
from rnd_lab.gui.places import Places
from rnd_lab.gui.uncaught import Uncaught, watch_for_crashes


def make_application(argv: Sequence[str]) -> QApplication:
    """The application with its style; one for the life of the process."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(list(argv))
    app.setStyle("Fusion")
    app.setApplicationName("rnd-lab")
    app.setApplicationDisplayName("RND Lab")
    app.setApplicationVersion(rnd_lab.__version__)
    return app


def run_window(argv: Sequence[str]) -> int:
    """Open the window and run it until it is closed; returns the exit status."""
    app = make_application(argv)
    Collector(app)
    places = Places.usual()
    last_crash, log = watch_for_crashes(places.crash_log)
    uncaught = Uncaught()
    window = MainWindow(app, places)
    uncaught.raised.connect(window.toaster.error)
    uncaught.install()
    if last_crash.strip():
        window.toaster.warn("RND Lab ended unexpectedly the last time.", last_crash)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    window.warmup.names.connect(lambda _: gc.freeze())  # 400,000 objects of torch need not be looked at again
    window.show()
    QTimer.singleShot(0, window.warmup.start)
    status = app.exec()
    if log is not None:
        faulthandler.disable()
        log.close()
    return status
