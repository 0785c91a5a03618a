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

from rnd_lab.data.set_spec import DataSpec
from rnd_lab.evaluation.pace import Pace
from rnd_lab.evaluation.playing import Round, Task, play
from rnd_lab.evaluation.recording import failed
from rnd_lab.evaluation.stage import Stage, set_stage
from rnd_lab.experiments.duel import pick_device
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError
from rnd_lab.results.cell import CellSpec
from rnd_lab.results.record import Played

CHUNK = 32
"""Games of one chunk at most: enough for a full batch, few enough that little is lost with a worker."""
ATTEMPTS = 5
"""How often in a row a pool may break, no chunk finished, before the run gives up; unfinished ones are sent again."""

Pool = Callable[[], AbstractContextManager[Executor]]


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
    queries: int


def spread(stage: Stage, tasks: Sequence[Task], device: str, pool: Pool) -> Iterator[Round]:
    """Play all tasks in the workers of ``pool``; the games are those that :func:`play` plays here.

    Chunks of workers that died are sent out again. Raises LabError where that happens too often.
    """
    digests = stage.classifier.digest, stage.images.digest
    left: list[Chunk] | None = None
    attempts = 0
    while left is None or left:
        try:
            with pool() as executor:
                if left is None:
                    left = [Chunk(part, device, *digests) for task in tasks for part in _cut(task, device, executor)]
                futures = {executor.submit(play_chunk, chunk): chunk for chunk in left}
                try:
                    for future in as_completed(futures):
                        chunk = futures[future]
                        turn = _collect(future, chunk, stage)
                        left.remove(chunk)
                        attempts = 0
                        yield turn
                finally:
                    for future in futures:
                        future.cancel()
        except BrokenExecutor as error:
            attempts += 1
            if attempts == ATTEMPTS:
                raise LabError(
                    f"Workers died {ATTEMPTS} times in a row, perhaps for lack of memory. What is finished is kept; "
                    "run the same command again with fewer workers."
                ) from error
            time.sleep(0.1 * attempts)


def play_chunk(chunk: Chunk) -> Yield:
    """What a worker does. Raises LabError where it does not find the same model and images as the coordinator."""
    device = pick_device(chunk.device)
    cell = chunk.task.cell
    pace = _pace(cell.model, cell.data, device)
    stage = pace.stage
    if (stage.classifier.digest, stage.images.digest) != (chunk.model_digest, chunk.data_digest):
        raise LabError("A worker found another model or other images under the same name. Give all workers one folder.")
    games: list[tuple[int, Played]] = []
    queries = 0
    for turn in play([chunk.task], device, pace):
        games += turn.finished
        queries += turn.queries
    return Yield(tuple(games), queries)


def size_of_a_chunk(cell: CellSpec, device: str) -> int:
    """How many games of a cell make a chunk, as a worker finds on the device where they are played."""
    return _pace(cell.model, cell.data, pick_device(device)).games(cell)


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


def _collect(future: "Future[Yield]", chunk: Chunk, stage: Stage) -> Round:
    """The games of a chunk; where a worker could not play them, they are finished with its message."""
    try:
        result = future.result()
    except BrokenExecutor:
        raise
    except Exception as error:
        message = str(error) if isinstance(error, LabError) else f"{type(error).__name__}: {error}"
        names, labels = stage.images.names, stage.images.labels
        task = chunk.task
        lost = [(task.number, failed(it, names[it], int(labels[it]), message, chunk.device)) for it in task.images]
        return Round(tuple(lost), 0)
    return Round(result.games, result.queries)
