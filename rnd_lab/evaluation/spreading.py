"""Games in other processes, here or on other machines. They only play; whoever sent them out writes the results.

A pool is a function that opens an executor of the standard library. Processes of this machine and a Dask cluster both
come as one, so there is one way of cutting work in chunks, trying again, and collecting.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Lock

from rnd_lab.data.set_spec import DataSpec
from rnd_lab.evaluation.pace import Pace
from rnd_lab.evaluation.playing import Round, Task, play
from rnd_lab.evaluation.recording import failed
from rnd_lab.evaluation.stage import Stage, set_stage
from rnd_lab.experiments.duel import pick_device
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError, message_of
from rnd_lab.results.cell import CellSpec
from rnd_lab.results.record import Played

CHUNK = 32
"""Games of one chunk at most: enough for a full batch, few enough that little is lost with a worker."""
ATTEMPTS = 5
"""How often in a row a pool may break, no chunk finished, before chunks are sent out one at a time."""
DEADLY = (
    "The workers that took these games died, the last of them with no other beside it, perhaps for lack of memory. "
    "Run the same command again on a machine with more."
)

Pool = Callable[[], AbstractContextManager[Executor]]

_one_at_a_time = Lock()
"""Threads of a worker share its network, and a defense inside it is switched on for all of them."""


@dataclass(frozen=True)
class Chunk:
    """What a worker is sent: a part of one cell, and the digests of the model and the data set that it must find."""

    task: Task
    device: str
    model_digest: str
    data_digest: str


@dataclass(frozen=True)
class Yield:
    """What a worker sends back."""

    games: tuple[tuple[int, Played], ...]
    passes: int


def spread(stage: Stage, tasks: Sequence[Task], device: str, pool: Pool) -> Iterator[Round]:
    """Play all tasks in the workers of ``pool``; the games are those that :func:`play` plays here.

    Chunks of workers that died are sent out again, and after several deaths in a row one at a time. The cell of a chunk
    whose worker dies even then is finished with a message and does not stop the others. Raises LabError where no worker
    lives.
    """
    digests = stage.classifier.digest, stage.images.digest
    left: list[Chunk] | None = None
    breaks = deaths = 0  # in a row: of pools whose workers shared the work, and of workers that had it alone
    while left is None or left:
        alone = breaks == ATTEMPTS
        try:
            with pool() as executor:
                if left is None:
                    left = [Chunk(part, device, *digests) for task in tasks for part in _cut(task, device, executor)]
                for chunk, turn in _send(executor, list(left), stage, together=not alone):
                    left.remove(chunk)
                    breaks, deaths = (breaks if alone else 0), 0
                    yield turn
        except BrokenExecutor as error:
            if not alone:
                breaks += 1
                time.sleep(0.1 * breaks)
                continue
            deaths += 1
            if not left or deaths == ATTEMPTS:
                raise LabError(
                    f"Workers died {ATTEMPTS} times in a row, perhaps for lack of memory. What is finished is kept; "
                    "run the same command again with fewer workers."
                ) from error
            cell = left[0].task.number
            yield from (_lost(chunk, stage, DEADLY) for chunk in left if chunk.task.number == cell)
            left = [chunk for chunk in left if chunk.task.number != cell]
            breaks = 0


def play_chunk(chunk: Chunk) -> Yield:
    """What a worker does. Raises LabError where it does not find the same model and images as the coordinator."""
    device = pick_device(chunk.device)
    games: list[tuple[int, Played]] = []
    passes = 0
    with _one_at_a_time:
        for turn in play([chunk.task], device, _pace_of(chunk, device)):
            games += turn.finished
            passes += turn.passes
    return Yield(tuple(games), passes)


def size_of_a_chunk(cell: CellSpec, device: str) -> int:
    """How many games of a cell make a chunk, as a worker finds on the device where they are played."""
    with _one_at_a_time:
        return _pace(cell.model, cell.data, pick_device(device)).games(cell)


def _pace_of(chunk: Chunk, device: str) -> Pace:
    """The pace of a chunk's cell; a model or images that an earlier run left here are loaded again where they changed.

    Raises LabError where they are not the coordinator's.
    """
    cell = chunk.task.cell
    for _ in range(2):
        pace = _pace(cell.model, cell.data, device)
        if (pace.stage.classifier.digest, pace.stage.images.digest) == (chunk.model_digest, chunk.data_digest):
            return pace
        _pace.cache_clear()
    raise LabError("A worker found another model or other images under the same name. Give all workers one folder.")


@lru_cache(1)
def _pace(model: ModelSpec, data: DataSpec, device: str) -> Pace:
    return Pace(set_stage(model, data, device), CHUNK)


def _cut(task: Task, device: str, executor: Executor) -> Iterator[Task]:
    try:
        size = executor.submit(size_of_a_chunk, task.cell, device).result()
    except BrokenExecutor:
        raise
    except Exception:  # the chunks will run into it too, and tell
        size = CHUNK
    for start in range(0, len(task.images), size):
        yield replace(task, images=task.images[start : start + size])


def _send(
    executor: Executor, chunks: Sequence[Chunk], stage: Stage, *, together: bool
) -> Iterator[tuple[Chunk, Round]]:
    """What comes back, in the order in which it comes."""
    for part in [chunks] if together else [[chunk] for chunk in chunks]:
        futures = {executor.submit(play_chunk, chunk): chunk for chunk in part}
        for future in as_completed(futures):
            chunk = futures.pop(future)  # with its games, which are large
            yield chunk, _collect(future, chunk, stage)


def _collect(future: "Future[Yield]", chunk: Chunk, stage: Stage) -> Round:
    """The games of a chunk; where a worker could not play them, they are finished with its message."""
    try:
        result = future.result()
    except BrokenExecutor:
        raise
    except Exception as error:
        return _lost(chunk, stage, message_of(error))
    return Round(result.games, result.passes)


def _lost(chunk: Chunk, stage: Stage, message: str) -> Round:
    names, labels = stage.images.names, stage.images.labels
    task = chunk.task
    games = [(task.number, failed(it, names[it], int(labels[it]), message, chunk.device)) for it in task.images]
    return Round(tuple(games), 0)
