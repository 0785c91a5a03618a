"""A run that is killed, again and again, at any moment, ends in the table of one that was left alone."""

import multiprocessing
import random
from multiprocessing.connection import Connection
from pathlib import Path

import torch

from rnd_lab.evaluation.run import Progress, evaluate
from tests.evaluation.small import Table, small, table

KILLS = 10


def play(path: Path, pipe: Connection) -> None:
    """What the child does: it tells of every report, and waits for leave to go on."""
    torch.set_num_threads(1)

    def report(progress: Progress) -> None:
        pipe.send(progress.done)

    evaluate(small(), path, "cpu", report)


def test_a_run_that_is_killed_again_and_again_gives_the_same_table(path: Path, uninterrupted: Table) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.evaluation.test_killed", "torch._dynamo"])
    dice = random.Random(0)
    kills = finished = 0
    while kills < KILLS:
        ours, theirs = context.Pipe()
        child = context.Process(target=play, args=(path, theirs))
        child.start()
        theirs.close()
        for _ in range(dice.randrange(1, 25)):
            try:
                finished = ours.recv()
            except EOFError:
                break
        child.kill()
        child.join()
        kills += 1
        assert finished < 40, "the run was over before it could be killed often enough"
    evaluate(small(), path, "cpu")
    assert table(path) == uninterrupted
