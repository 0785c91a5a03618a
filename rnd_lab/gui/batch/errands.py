"""Small tasks that would make the window wait, done one after another on a thread of their own."""

from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from PySide6.QtCore import QObject, QThread, Signal, Slot

from rnd_lab.gui.explaining import explain
from rnd_lab.primitives.errors import LabError

Work = Callable[[], Any]
Then = Callable[[Any], None]


class Errands(QThread):
    """Does one task after another, and hands each result back on the window's thread.

    Signals: ``failed(text, details)`` for an error that nobody expected.
    """

    failed = Signal(str, str)
    _done = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: SimpleQueue[tuple[Work, Then, Then] | None] = SimpleQueue()
        self._closed = False
        self._done.connect(self._hand_back)

    def do(self, work: Work, then: Then, refused: Then = lambda error: None) -> None:
        """Call ``work`` on the thread, then ``then`` with its result here, or ``refused`` with its LabError."""
        self._tasks.put((work, then, refused))
        if not self.isRunning():
            self.start()

    def close(self) -> None:
        """Wait for the task that is being done; nothing is handed back afterwards."""
        self._closed = True
        self._tasks.put(None)
        self.wait()

    def run(self) -> None:
        while (task := self._tasks.get()) and not self._closed:
            work, then, refused = task
            try:
                self._done.emit(then, work())
            except LabError as error:
                self._done.emit(refused, error)
            except Exception as error:
                self.failed.emit(*explain(error))

    @Slot(object, object)
    def _hand_back(self, then: Then, result: object) -> None:
        if not self._closed:
            then(result)
