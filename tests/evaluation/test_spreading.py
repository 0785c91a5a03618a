"""Workers give the table that one process gives, whatever happens to them."""

import multiprocessing
import os
import signal
import sys
import weakref
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

import psutil
import pytest

from rnd_lab.attacks.square import SquareSpec
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.defenses.rfd import RfdSpec
from rnd_lab.evaluation import spreading
from rnd_lab.evaluation.pools import cluster, processes
from rnd_lab.evaluation.run import Progress, evaluate
from rnd_lab.evaluation.spec import DefendedModel
from rnd_lab.game.threat import ThreatModel
from rnd_lab.models.bundled import bundled_folder
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError
from rnd_lab.results.database import Database
from tests.evaluation.small import Table, small, table


def workers_of(coordinator: int | None) -> list[psutil.Process]:
    return [it for it in psutil.Process(coordinator).children() if "spawn_main" in " ".join(it.cmdline())]


def test_processes_give_the_same_table_though_one_is_killed(path: Path, uninterrupted: Table) -> None:
    killed: list[int] = []

    def report(progress: Progress) -> None:
        if progress.finished and not killed:
            worker = workers_of(os.getpid())[0]
            killed.append(worker.pid)
            worker.kill()

    evaluate(small(), path, "cpu", report, processes(2))
    assert killed
    assert table(path) == uninterrupted


def coordinate(path: Path, pipe: Connection) -> None:
    """A run with workers, which tells of every report. Its other cells, where ε is too small, would take hours."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # it is ignored by what a script started behind itself
    sys.stderr = path.with_suffix(".err").open("w", buffering=1)
    epsilon = (0.05, *(number * 1e-5 for number in range(1, 13)))
    spec = small(models=(DefendedModel(),), attacks=(SquareSpec(),), threat=ThreatModel(budget=10**6), epsilon=epsilon)
    evaluate(spec, path, "cpu", lambda progress: pipe.send(progress.done), processes(2))


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT], ids=lambda end: end.name)
def test_workers_end_with_a_coordinator(end: signal.Signals, path: Path) -> None:
    """One that is killed has no time to tell them; one that is interrupted does not wait for what they are playing."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    coordinator = context.Process(target=coordinate, args=(path, theirs))
    coordinator.start()
    theirs.close()
    process = psutil.Process(coordinator.pid)
    try:
        while not ours.recv():
            pass
        workers = workers_of(coordinator.pid)
        process.send_signal(end)
        assert len(workers) == 2
        assert not psutil.wait_procs([*workers, process], timeout=30)[1]
        assert "Exception in thread" not in path.with_suffix(".err").read_text()
    finally:
        coordinator.kill()
        coordinator.join()


def test_a_cluster_gives_the_same_table_though_a_worker_is_killed(path: Path, uninterrupted: Table) -> None:
    distributed = pytest.importorskip("distributed")
    killed: list[int] = []

    def report(progress: Progress) -> None:
        if progress.finished and not killed:
            workers = here.scheduler_info["workers"]
            pids = here_client.run(os.getpid)
            killed.append(pids[next(iter(workers))])
            os.kill(killed[0], signal.SIGKILL)

    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as here,
        distributed.Client(here) as here_client,
        cluster(here.scheduler_address) as pool,
    ):
        evaluate(small(), path, "cpu", report, pool)
    assert killed
    assert table(path) == uninterrupted


def test_a_scheduler_that_does_not_answer_is_told() -> None:
    with pytest.raises(LabError, match="No Dask scheduler answers"), cluster("tcp://127.0.0.1:1"):
        pass


def test_a_cell_that_kills_its_workers_does_not_stop_the_others(
    path: Path, uninterrupted: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workers of this pool die of the games of the first cell."""
    monkeypatch.setattr(spreading, "CHUNK", 4)

    class Mortal(ThreadPoolExecutor):
        def submit(self, work: Any, /, *things: Any, **more: Any) -> Future[Any]:
            if work is not spreading.play_chunk or things[0].task.number != 1:
                return super().submit(work, *things, **more)
            dead: Future[Any] = Future()
            dead.set_exception(BrokenExecutor("a worker died"))
            return dead

    @contextmanager
    def pool() -> Iterator[Executor]:
        with Mortal(1) as executor:
            yield executor

    number = evaluate(small(), path, "cpu", pool=pool)
    with Database(path, create=False) as database:
        cells = database.cells(number)
        messages = [game.message for game in database.games(cells[0].id)]
        finished = [len(database.done(cell.id)) for cell in cells]
    assert messages == [spreading.DEADLY] * 10
    assert finished == [0, 10, 10, 10]

    evaluate(small(), path, "cpu")
    assert table(path) == uninterrupted


def test_threads_of_one_worker_play_the_games_of_a_worker_alone(path: Path, tmp_path: Path) -> None:
    """Noise inside the network is switched on for all who share it."""

    @contextmanager
    def threads() -> Iterator[Executor]:
        with ThreadPoolExecutor(2) as executor:
            yield executor

    inside = small(models=(DefendedModel(defense=(RfdSpec(),)),), data=DataSpec(images=32))
    alone = tmp_path / "alone.db"
    evaluate(inside, alone, "cpu")
    evaluate(inside, path, "cpu", pool=threads)
    assert table(path) == table(alone)


def test_games_that_are_on_the_disk_are_let_go(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The images of 10,000 games would fill the memory of whoever collects them."""
    monkeypatch.setattr(spreading, "CHUNK", 4)
    chunks: list[weakref.ref[Future[Any]]] = []
    kept: list[int] = []

    class Watched(ThreadPoolExecutor):
        def submit(self, work: Any, /, *things: Any, **more: Any) -> Future[Any]:
            future = super().submit(work, *things, **more)
            if work is spreading.play_chunk:
                chunks.append(weakref.ref(future))
            return future

    @contextmanager
    def pool() -> Iterator[Executor]:
        with Watched(1) as executor:
            yield executor

    def look(progress: Progress) -> None:
        if progress.done == progress.total:
            kept.append(sum(chunk() is not None for chunk in chunks))

    evaluate(small(), path, "cpu", look, pool)
    assert len(chunks) == 12
    assert max(kept) <= 2


def test_a_worker_loads_a_model_again_that_was_written_anew(tmp_path: Path) -> None:
    weights = tmp_path / "net.safetensors"
    spec = small(models=(DefendedModel(model=ModelSpec(source=str(weights))),))

    @contextmanager
    def here() -> Iterator[Executor]:
        with ThreadPoolExecutor(1) as executor:
            yield executor

    for number, name in enumerate(("cifar10-resnet20", "cifar10-resnet20-gf")):
        weights.write_bytes((bundled_folder() / f"{name}.safetensors").read_bytes())
        path = tmp_path / f"{number}.db"
        evaluate(spec, path, "cpu", pool=here)
        with Database(path, create=False) as database:
            assert [len(database.done(cell.id)) for cell in database.cells(1)] == [10, 10]


def test_workers_that_never_live_end_a_run(path: Path) -> None:
    def pool() -> NoReturn:
        raise BrokenExecutor("a worker died")

    with pytest.raises(LabError, match="with fewer workers"):
        evaluate(small(), path, "cpu", pool=pool)


def test_only_breaks_without_any_progress_end_a_run(
    path: Path, uninterrupted: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each pool finishes one chunk and breaks."""
    monkeypatch.setattr(spreading, "CHUNK", 4)
    opened: list[int] = []
    hanging: list[Future[Any]] = []

    class Frail(ThreadPoolExecutor):
        chunks = 0

        def submit(self, work: Any, /, *things: Any, **more: Any) -> Future[Any]:
            self.chunks += work is spreading.play_chunk
            if self.chunks < 2:
                return super().submit(work, *things, **more)
            hanging.append(Future())
            return hanging[-1]

    @contextmanager
    def pool() -> Iterator[Executor]:
        opened.append(1)
        with Frail(1) as executor:
            yield executor

    def break_pool(progress: Progress) -> None:
        while progress.finished and hanging:
            hanging.pop().set_exception(BrokenExecutor("a worker died"))

    evaluate(small(), path, "cpu", break_pool, pool)
    assert len(opened) > spreading.ATTEMPTS
    assert table(path) == uninterrupted
