"""Runs one evaluation and follows it, on a thread of its own."""

import time
import traceback
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from rnd_lab.evaluation.background import Background, Ended
from rnd_lab.evaluation.run import Progress
from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.gui.batch.board import Board
from rnd_lab.primitives.errors import LabError

LISTEN = 0.1
"""Seconds to wait for news of the child process."""
EVERY = 0.5
"""Seconds between two updates of the table at least."""
CAUTIONS_EVERY = 5.0
"""Seconds between two looks for what a reader must be warned of."""
LEISURE = 4
"""The table is worked out again after so many times the time that it took, so that large ones leave time for others."""


class Runner(QThread):
    """Starts the child process, listens to it, and works out the table.

    Signals: ``progressed(progress)`` about ten times a second; ``rows_changed(rows)`` with the cells that changed, and
    ``changed(number)`` when the results file has changed, at most twice a second; ``warned(cautions)``;
    ``over(ended)`` once, last.
    """

    progressed = Signal(object)
    rows_changed = Signal(object)
    changed = Signal(int)
    warned = Signal(object)
    over = Signal(object)

    def __init__(self, spec: EvaluationSpec, path: Path, device: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self._path = path
        self.background = Background(spec, path, device)
        self._board: Board | None = None
        self._next_rows = self._next_cautions = 0.0

    def pause(self) -> None:
        """Hold after the current forward."""
        self.background.pause()

    def resume(self) -> None:
        """Go on."""
        self.background.resume()

    def stop(self) -> None:
        """End soon; ``over`` tells when."""
        self.background.stop()

    def run(self) -> None:
        try:
            self.background.start()
            ended = self._follow()
        except LabError as error:
            ended = Ended("failed", str(error))
        except Exception as error:
            ended = Ended("failed", f"{type(error).__name__}: {error}", traceback.format_exc())
        self.background.close()
        self.over.emit(ended)

    def _follow(self) -> Ended:
        while True:
            for news in self.background.poll(LISTEN):
                if isinstance(news, Ended):
                    if self._board:
                        self._board.read_cells()
                    self._publish(cautions=True)
                    return news
                self._take(news)
            now = time.monotonic()
            if now >= self._next_rows:
                self._publish(cautions=now >= self._next_cautions)

    def _take(self, progress: Progress) -> None:
        if self._board is None:
            self._board = Board(self._path, progress.evaluation)
        self._board.take(progress)
        self.progressed.emit(progress)

    def _publish(self, *, cautions: bool) -> None:
        if self._board is None:
            return
        started = time.monotonic()
        if rows := self._board.rows():
            self.rows_changed.emit(rows)
            self.changed.emit(self._board.number)
        if cautions:
            self.warned.emit(self._board.cautions())
        ended = time.monotonic()
        self._next_rows = ended + max(EVERY, LEISURE * (ended - started))
        if cautions:
            self._next_cautions = ended + max(CAUTIONS_EVERY, LEISURE * (ended - started))
