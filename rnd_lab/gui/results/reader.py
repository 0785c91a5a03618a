"""Reads and writes results files on a thread of its own, so that the window never waits for a disk."""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, Signal, Slot

from rnd_lab.gui.explaining import explain
from rnd_lab.primitives.errors import Cancelled

if TYPE_CHECKING:
    from rnd_lab.results.database import Database

Answer = TypeVar("Answer")
Job = Callable[["Database", "Turn"], Answer]


class Turn:
    """What a job is told and can tell while it runs."""

    def __init__(self, wanted: Callable[[], bool], tell: Callable[[int, int], None]) -> None:
        self._wanted = wanted
        self._tell = tell

    def check(self) -> None:
        """Raise Cancelled where nobody waits for the job any more; call it often."""
        if not self._wanted():
            raise Cancelled

    def tell(self, done: int, total: int) -> None:
        """Say how far the job is."""
        self.check()
        self._tell(done, total)


class Reader(QObject):
    """Runs jobs on one worker thread, each with a connection to a results file; lives on the window's thread.

    Every call returns at once. Of the jobs of a kind the newest wins: what older ones still say is void, unless they
    were to run ``always``.

    Signals: ``failed(kind, message, details)``; ``progressed(kind, done, total)``.
    """

    failed = Signal(str, str, str)
    progressed = Signal(str, int, int)

    _do = Signal(object, str, int, object, bool)
    _leave = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = count()
        self._then: dict[tuple[str, int], Callable[[Any], None]] = {}
        self._closing = False
        self._thread = QThread(self)
        self._worker = _Worker(self._wanted)
        self._worker.moveToThread(self._thread)
        self._do.connect(self._worker.do)
        self._leave.connect(self._worker.leave)
        self._worker.done.connect(self._take)
        self._worker.broke.connect(self._break)
        self._worker.told.connect(self._tell)
        self._thread.start()
        if app := QCoreApplication.instance():
            app.aboutToQuit.connect(self.close)

    def ask(
        self, kind: str, path: Path, job: Job[Answer], then: Callable[[Answer], None], *, always: bool = False
    ) -> None:
        """Run a job on the results file ``path``, which must be there; ``then`` is called with its answer.

        With ``always`` it runs even where the reader is closed: so nothing that was written by the user is lost. It
        is answered even where a newer one of its kind is asked for.
        """
        if self._closing:
            return
        if not always:
            self.give_up(kind)
        number = next(self._numbers)
        self._then[kind, number] = then
        self._do.emit(path, kind, number, job, always)

    def give_up(self, kind: str) -> None:
        """Want no answer of a kind any more."""
        self._then = {(it, number): then for (it, number), then in self._then.items() if it != kind}

    def busy(self, kind: str) -> bool:
        """Whether an answer of a kind is still to come."""
        return any(it == kind for it, _ in self._then)

    @Slot()
    def close(self) -> None:
        """Give everything up and end the thread. May be called again."""
        if not self._thread.isRunning():
            return
        self._closing = True
        self._leave.emit()
        self._thread.wait()
        QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall)  # what could not be written is still told

    def _wanted(self, kind: str, number: int) -> bool:
        return not self._closing and (kind, number) in self._then

    @Slot(str, int, object)
    def _take(self, kind: str, number: int, answer: object) -> None:
        if self._wanted(kind, number):
            self._then.pop((kind, number))(answer)

    @Slot(str, int, str, str, bool)
    def _break(self, kind: str, number: int, text: str, details: str, always: bool) -> None:
        """Tell of a failure that somebody waits for, and of every write that failed."""
        if wanted := self._wanted(kind, number):
            del self._then[kind, number]
        if wanted or always:
            self.failed.emit(kind, text, details)

    @Slot(str, int, int, int)
    def _tell(self, kind: str, number: int, done: int, total: int) -> None:
        if self._wanted(kind, number):
            self.progressed.emit(kind, done, total)


class _Worker(QObject):
    """The side of the thread; the file of the last job stays open, until another one takes its place on the disk."""

    done = Signal(str, int, object)
    broke = Signal(str, int, str, str, bool)
    told = Signal(str, int, int, int)

    def __init__(self, wanted: Callable[[str, int], bool]) -> None:
        super().__init__()
        self._wanted = wanted
        self._database: Database | None = None
        self._file: tuple[int, int] | None = None

    @Slot(object, str, int, object, bool)
    def do(self, path: Path, kind: str, number: int, job: Job[object], always: bool) -> None:
        turn = Turn(lambda: self._wanted(kind, number), lambda done, total: self.told.emit(kind, number, done, total))
        try:
            if not always:
                turn.check()
            answer = job(self._open(path), turn)
        except Cancelled:
            return
        except Exception as error:
            self.broke.emit(kind, number, *explain(error), always)
        else:
            self.done.emit(kind, number, answer)

    @Slot()
    def leave(self) -> None:
        self._close()
        QThread.currentThread().quit()

    def _open(self, path: Path) -> "Database":
        from rnd_lab.results.database import Database

        file = _identity(path)
        if self._database is None or self._database.path != path or self._file != file:
            self._close()
            self._database = Database(path, create=False)
            self._file = file
        return self._database

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another one under the same name; None where there is none."""
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_dev, about.st_ino
