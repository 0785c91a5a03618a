"""Where the workers of an evaluation come from: processes of this machine, or a Dask cluster."""

import multiprocessing
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection
from threading import Thread
from typing import TYPE_CHECKING

import torch

from rnd_lab.evaluation.spreading import Pool
from rnd_lab.primitives.cores import cores
from rnd_lab.primitives.errors import LabError

if TYPE_CHECKING:
    from distributed import Client


def processes(count: int) -> Pool:
    """Workers on this machine; they share its cores, and where there are several GPUs each takes the next one."""
    return partial(_processes, count)


@contextmanager
def cluster(address: str, *, gpu: bool = False) -> Iterator[Pool]:
    """The workers of a Dask cluster whose scheduler is at ``address`` (tcp://HOST:PORT).

    With ``gpu`` every chunk asks for a worker that offers the resource GPU. A chunk whose worker dies goes to another
    one. Raises LabError where Dask is not installed or the scheduler does not answer.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise LabError('Clusters need Dask: pip install "rnd-lab[cluster]".') from error
    try:
        client = Client(address, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise LabError(f"No Dask scheduler answers at {address}: {error}") from error
    with client:
        yield partial(_cluster, client, {"GPU": 1} if gpu else None)


@contextmanager
def _processes(count: int) -> Iterator[Executor]:
    context = multiprocessing.get_context("spawn")
    numbers = context.Queue()
    for number in range(count):
        numbers.put(number)
    threads = max(cores() // count, 1)
    theirs, ours = context.Pipe(duplex=False)
    with theirs, ours, ProcessPoolExecutor(count, context, _settle, (numbers, threads, theirs)) as executor:
        try:
            yield executor
        except BaseException:  # the pool would wait for what is being played
            ours.close()
            raise


@contextmanager
def _cluster(client: "Client", resources: dict[str, int] | None) -> Iterator[Executor]:
    executor = client.get_executor(retries=2, resources=resources, pure=False)
    try:
        yield executor
    finally:
        executor.shutdown(wait=False)  # what nobody waits for any more is not played


def _settle(numbers: "multiprocessing.Queue[int]", threads: int, lifeline: Connection) -> None:
    """First thing in a new worker: its share of the cores, its GPU, and its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the coordinator, with whom this ends
    Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    torch.set_num_threads(threads)
    if gpus := torch.cuda.device_count():
        torch.cuda.set_device(numbers.get() % gpus)


def _end_with(lifeline: Connection) -> None:
    """End in the middle of a game as soon as the other side is closed: by a coordinator that stops, or by its death."""
    with suppress(EOFError, OSError):
        lifeline.recv()
    os._exit(1)
