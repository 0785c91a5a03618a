"""An evaluation in a process of its own: whoever watches it stays fluid, and survives a crash or a lack of memory."""

import multiprocessing
import os
import signal
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event, Thread
from typing import Literal

from rnd_lab.evaluation.run import Progress, evaluate
from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.primitives.cores import all_but_one
from rnd_lab.primitives.errors import Cancelled, LabError

EVERY = 0.1
"""Seconds between two reports at least."""
GRACE = 2.0
"""Seconds that a run has to stop by itself, at its next forward; nothing that is finished can be lost after that."""
NICE = 5
"""How much the process gives way to others, a window first of all."""

Word = Literal["pause", "resume", "stop"]


@dataclass(frozen=True)
class Ended:
    """The last thing that is told of a run; ``details`` are for whoever looks into a failure."""

    how: Literal["finished", "stopped", "failed"]
    message: str = ""
    details: str = ""


class Background:
    """One evaluation in a child process, as :func:`evaluate` runs it.

    Nothing here waits but :meth:`poll` and :meth:`close`. The child ends with its parent. What it had finished is on
    the disk, however it ends.
    """

    def __init__(self, spec: EvaluationSpec, path: Path, device: str = "auto", threads: int | None = None) -> None:
        """``threads`` are those of a forward; all cores but one where not given."""
        context = multiprocessing.get_context("spawn")
        self._pipe, self._theirs = context.Pipe()
        arguments = (spec, path, device, threads or all_but_one(), self._theirs)
        self._process = context.Process(target=_live, args=arguments, daemon=True, name="evaluation")
        self._stopping = self._over = False

    @property
    def pid(self) -> int | None:
        """The number of the child process; None before it is started."""
        return self._process.pid

    def start(self) -> None:
        """Begin; the first report comes after some seconds."""
        self._process.start()
        self._theirs.close()

    def poll(self, timeout: float = 0.0) -> list[Progress | Ended]:
        """What was told since the last time, after waiting up to ``timeout`` seconds for it; :class:`Ended` is last."""
        told: list[Progress | Ended] = []
        while not self._over and self._pipe.poll(0 if told else timeout):
            try:
                told.append(self._pipe.recv())
            except (EOFError, OSError):  # it ended without a word
                told.append(self._unexpected())
            self._over = isinstance(told[-1], Ended)
        return told

    def pause(self) -> None:
        """Hold after the forward that is being made, until :meth:`resume`."""
        self._say("pause")

    def resume(self) -> None:
        """Go on after a pause."""
        self._say("resume")

    def stop(self) -> None:
        """End soon; :meth:`poll` tells when."""
        self._stopping = True
        self._say("stop")

    def kill(self) -> None:
        """End now."""
        self._process.kill()

    def close(self) -> None:
        """Wait until the process is gone, and let go of it; ends it where it does not end by itself."""
        if self.pid is not None:
            self._process.join(GRACE)
            self._process.kill()
            self._process.join()
        self._process.close()
        self._pipe.close()

    def _say(self, word: Word) -> None:
        with suppress(OSError):  # where it has just ended, poll tells so
            self._pipe.send(word)

    def _unexpected(self) -> Ended:
        if self._stopping:
            return Ended("stopped")
        self._process.join(GRACE)
        code = self._process.exitcode
        how = f"exit status {code}" if code is None or code >= 0 else f"killed by signal {-code}"
        return Ended(
            "failed",
            f"The evaluation ended unexpectedly ({how}), perhaps for lack of memory. Everything that was finished is "
            "kept: run it again and it goes on.",
        )


def _live(spec: EvaluationSpec, path: Path, device: str, threads: int, pipe: Connection) -> None:
    """What the child process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the parent, with whom this ends
    if hasattr(os, "nice"):
        os.nice(NICE)
    import torch

    torch.set_num_threads(threads)
    talk = _Talk(pipe)
    try:
        evaluate(spec, path, device, talk.report)
        ended = Ended("finished")
    except Cancelled:
        ended = Ended("stopped")
    except LabError as error:
        ended = Ended("failed", str(error))
    except Exception as error:
        ended = Ended("failed", f"{type(error).__name__}: {error}", traceback.format_exc())
    talk.end(ended)


class _Talk:
    """The child's side of the pipe: it tells of progress, not too often, and hears what is wished."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._go, self._stop = Event(), Event()
        self._go.set()
        self._told = -EVERY
        self._held = 0.0
        self._doing = ""
        self._kept: Progress | None = None
        Thread(target=self._listen, daemon=True).start()

    def report(self, progress: Progress) -> None:
        """Keep what ended, and tell it when it is time to. Raises Cancelled where that is wished."""
        if self._kept:
            progress = replace(
                progress,
                finished=self._kept.finished + progress.finished,
                failed=self._kept.failed + progress.failed,
            )
        self._kept = replace(progress, seconds=progress.seconds - self._held)
        if time.monotonic() - self._told >= EVERY or progress.doing != self._doing:
            self._doing = progress.doing
            self._tell()
        self._wait()

    def end(self, ended: Ended) -> None:
        """Tell what is left, and that nothing will follow."""
        self._tell()
        self._send(ended)

    def _wait(self) -> None:
        if not self._go.is_set():
            self._tell()
            since = time.monotonic()
            self._go.wait()
            self._held += time.monotonic() - since
        if self._stop.is_set():
            raise Cancelled("The evaluation was stopped. What is finished is kept.")

    def _tell(self) -> None:
        if self._kept:
            self._send(self._kept)
            self._kept = None
            self._told = time.monotonic()

    def _send(self, what: Progress | Ended) -> None:
        try:
            self._pipe.send(what)
        except OSError:
            os._exit(1)  # nobody listens any more

    def _listen(self) -> None:
        """Hear the parent; when it is gone, or the run does not stop, end at once."""
        while True:
            try:
                word: Word = self._pipe.recv()
            except (EOFError, OSError):
                os._exit(1)
            if word == "pause":
                self._go.clear()
                continue
            if word == "stop":
                self._stop.set()
            self._go.set()
            if word == "stop":
                time.sleep(GRACE)
                os._exit(0)
