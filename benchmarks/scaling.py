"""Time and memory of a cheap cell over more and more images: both should stay flat an image.

    python -m benchmarks.scaling DATA [--images 100 1000 10000]

DATA holds CIFAR-10's test images. Each size runs in a process of its own, whose peak memory is told.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

from rnd_lab.data.set_spec import DataSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.evaluation.run import evaluate
from rnd_lab.evaluation.spec import DefendedModel, EvaluationSpec
from rnd_lab.game.referee import Referee
from rnd_lab.game.threat import ThreatModel

BUDGET = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--images", type=int, nargs="+", default=[100, 1000, 10_000])
    options = parser.parse_args()
    print("| images | seconds | ms an image | peak memory | results file an image |\n|---|---|---|---|---|")
    for images in options.images:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            row = pool.apply(measure, (options.data, images))
        figures = (
            f"{images:,}",
            f"{row['seconds']:.1f}",
            f"{1000 * row['seconds'] / images:.1f}",
            f"{row['peak'] / 1024:.0f} MiB",
            f"{row['file'] / images / 1024:.1f} KiB",
        )
        print(f"| {' | '.join(figures)} |", flush=True)


def measure(data: Path, images: int) -> dict[str, float]:
    spec = EvaluationSpec(
        data=DataSpec(source=str(data), images=images),
        models=(DefendedModel(defense=(RndSpec(),)),),
        threat=ThreatModel(budget=BUDGET),
        referee=Referee(votes=5),
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results.db"
        evaluate(spec.model_copy(update={"data": DataSpec(source="samples:cifar10", images=8)}), path, "cpu")  # warm up
        started = time.monotonic()
        evaluate(spec, path, "cpu")
        seconds = time.monotonic() - started
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
    return {"seconds": seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, "file": size}


if __name__ == "__main__":
    main()
