"""A run that is killed at random moments, many times, against one that is left alone.

    python -m benchmarks.killed_runs [--kills 100] [--seed 0]

The processes are killed by SIGKILL after a random time, wherever they are: starting, loading, playing, writing. A
killed run is begun again until it has been killed often enough; then it is finished, and the tables compared.
"""

import argparse
import multiprocessing
import random
import tempfile
from pathlib import Path

import torch

from rnd_lab.evaluation.run import evaluate
from rnd_lab.results.database import Database
from tests.evaluation.small import small, table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    dice = random.Random(options.seed)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.evaluation.small", "rnd_lab.evaluation.run", "torch._dynamo"])
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.db"
        play(whole)
        expected, games = table(whole), sum(len(rows) for rows in table(whole).values())
        kills = rounds = 0
        midway: list[int] = []
        while kills < options.kills:
            rounds += 1
            path = Path(folder) / f"killed-{rounds}.db"
            while kills < options.kills:
                child = context.Process(target=play, args=(path,))
                child.start()
                child.join(dice.uniform(0.2, 8))
                if child.exitcode is not None:
                    break
                child.kill()
                child.join()
                kills += 1
                midway.append(done(path))
            play(path)
            same = table(path) == expected
            print(
                f"round {rounds}: {kills} kills so far, games on the disk at each: {midway}, same table: {same}",
                flush=True,
            )
            midway = []
            if not same:
                raise SystemExit(1)
    print(f"{kills} kills in {rounds} runs of {games} games: every table equals that of the run that was left alone.")


def play(path: Path) -> None:
    torch.set_num_threads(1)
    evaluate(small(), path, "cpu")


def done(path: Path) -> int:
    """Games on the disk; 0 where the run was killed before it had a file."""
    if not path.exists():
        return 0
    with Database(path) as database:
        return sum(len(database.done(cell.id)) for it in database.evaluations() for cell in database.cells(it.id))


if __name__ == "__main__":
    main()
