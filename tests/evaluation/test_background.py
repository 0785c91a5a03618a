"""An evaluation in a process of its own: it can be held, stopped and killed, and loses nothing."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from rnd_lab.evaluation.background import Background, Ended
from rnd_lab.evaluation.run import Progress
from rnd_lab.game.threat import ThreatModel
from rnd_lab.results.database import Database
from rnd_lab.results.lock import sole_writer
from tests.evaluation.small import Table, small, table

LONG = ThreatModel(budget=1_000_000, epsilon=1e-5)
WAIT = 120.0


@pytest.fixture
def run(path: Path) -> Iterator[Background]:
    """Four cells of ten games that nobody wins or waits for."""
    background = Background(small(threat=LONG), path, "cpu", 1)
    background.start()
    yield background
    background.kill()
    background.close()


def told(background: Background) -> Iterator[Progress | Ended]:
    """Everything that is told, until the end."""
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        for news in background.poll(1.0):
            yield news
            if isinstance(news, Ended):
                return
    raise TimeoutError("the evaluation did not end")


def until_playing(background: Background) -> Progress:
    return next(it for it in told(background) if isinstance(it, Progress) and it.passes)


def test_it_plays_what_a_run_in_this_process_plays(path: Path, uninterrupted: Table) -> None:
    background = Background(small(), path, "cpu", 1)
    background.start()
    *progress, ended = told(background)
    background.close()
    assert ended == Ended("finished")
    assert table(path) == uninterrupted
    games = [game for it in progress if isinstance(it, Progress) for game in it.finished]
    assert len(games) == 40  # none is told twice or not at all


def test_a_pause_holds_it_and_does_not_count_as_time(run: Background) -> None:
    until_playing(run)
    run.pause()
    last = [it for news in iter(lambda: run.poll(1.5), []) for it in news][-1:]
    assert not run.poll(1.0)
    run.resume()
    after = until_playing(run)
    assert not last or (isinstance(last[0], Progress) and after.seconds - last[0].seconds < 1.0)


def test_stop_ends_it_soon_even_while_it_is_held(run: Background) -> None:
    until_playing(run)
    run.pause()
    started = time.monotonic()
    run.stop()
    *_, ended = told(run)
    assert ended == Ended("stopped")
    assert time.monotonic() - started < 10


def test_stop_while_the_process_is_still_starting(path: Path) -> None:
    background = Background(small(threat=LONG), path, "cpu", 1)
    background.start()
    background.stop()
    *_, ended = told(background)
    background.close()
    assert ended == Ended("stopped")


def test_a_killed_process_is_told_and_what_it_finished_is_kept(path: Path, uninterrupted: Table) -> None:
    background = Background(small(), path, "cpu", 1)
    background.start()
    for news in told(background):
        if isinstance(news, Progress) and news.done >= 5:
            background.kill()
        if isinstance(news, Ended):
            break
    assert isinstance(news, Ended)
    assert news.how == "failed"
    assert "signal 9" in news.message
    assert "run it again" in news.message
    background.close()
    with Database(path) as database:
        assert sum(len(database.done(cell.id)) for cell in database.cells(1)) >= 5
    again = Background(small(), path, "cpu", 1)
    again.start()
    assert [*told(again)][-1] == Ended("finished")
    again.close()
    assert table(path) == uninterrupted


def test_a_file_that_another_run_writes_is_refused(path: Path) -> None:
    background = Background(small(), path, "cpu", 1)
    with sole_writer(path):
        background.start()
        *_, ended = told(background)
    background.close()
    assert isinstance(ended, Ended)
    assert (ended.how, "Another run writes" in ended.message) == ("failed", True)


def test_it_ends_with_its_parent(path: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from rnd_lab.evaluation.background import Background
from tests.evaluation.test_background import LONG, small, until_playing
if __name__ == "__main__":
    background = Background(small(threat=LONG), Path({str(path)!r}), "cpu", 1)
    background.start()
    until_playing(background)
    print("playing", flush=True)
    sys.stdin.read()
"""
    script = path.with_name("parent.py")
    script.write_text(program)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as parent:
        assert parent.stdout
        assert parent.stdout.readline() == "playing\n"
        parent.kill()
        assert parent.stdout.read() == ""  # it ends with the last process that holds it: the evaluation
    with sole_writer(path):
        pass
