"""Exceptions that nobody caught are shown, and a process that died leaves a note for the next start."""

import faulthandler
import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType
from typing import TextIO

from PySide6.QtCore import QObject, Signal


class Uncaught(QObject):
    """Takes over Python's hooks for uncaught exceptions, of every thread.

    Signals: ``raised(text, details)``.
    """

    raised = Signal(str, str)

    def install(self) -> None:
        """Take the hooks over."""
        sys.excepthook = self._tell
        threading.excepthook = lambda it: self._tell(it.exc_type, it.exc_value, it.exc_traceback)

    def _tell(self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        details = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(details)
        if issubclass(kind, Exception):
            self.raised.emit(f"Something went wrong in RND Lab itself: {kind.__name__}: {error}", details)


def watch_for_crashes(path: Path) -> tuple[str, TextIO | None]:
    """What a process that died wrote last time, and the file where this one would write.

    The file has to stay open as long as the process lives.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        last = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        file = path.open("w", encoding="utf-8")
    except OSError:
        return "", None
    faulthandler.enable(file)
    return last, file
