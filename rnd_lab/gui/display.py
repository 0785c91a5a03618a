"""Whether a window can be opened here at all."""

import os
import sys


def why_no_window() -> str:
    """Why Qt cannot open a window here; empty where it can.

    Qt aborts the process where it finds no display or misses a library, so a forked child tries first.
    """
    if not sys.platform.startswith("linux"):
        return ""
    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return "there is no display"
    child = os.fork()
    if child == 0:
        _try_to_open()
    _, status = os.waitpid(child, 0)
    if status == 0:
        return ""
    return "Qt cannot reach the display, or lacks one of its libraries; README lists what a bare machine needs"


def _try_to_open() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        from PySide6.QtGui import QGuiApplication

        QGuiApplication([])
    except ImportError:
        os._exit(1)
    os._exit(0)
