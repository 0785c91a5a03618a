"""A results file of 100,000 games in the window: how long the Results and Explore tabs take.

    python -m benchmarks.large_results [--cells 10x10] [--images 1000] [--keep FILE.db]

The games are made up; their pictures are those of 40 real images, so the file has the size of a real one. A figure is
the median of several turns. *Freeze* is the longest time for which the window's thread did not come to its timer.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QMainWindow

from rnd_lab.attacks.random_search import RandomSearchSpec
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.data.sets import open_set
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.evaluation.spec import DefendedModel, EvaluationSpec
from rnd_lab.evaluation.stage import Stage, set_stage
from rnd_lab.gui.app import make_application
from rnd_lab.gui.explore.explore_tab import ExploreTab
from rnd_lab.gui.places import Places
from rnd_lab.gui.results.results_tab import ResultsTab
from rnd_lab.gui.toast import Toaster
from rnd_lab.results.database import Database
from rnd_lab.results.record import Curve, GameRecord, Played, pack_image

TURNS = 5
TICK = 5
"""Milliseconds between two looks at the clock by the window's thread."""


class Watch(QObject):
    """Measures how long the window's thread is away from its loop."""

    def __init__(self) -> None:
        super().__init__()
        self.longest, self._last = 0.0, time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK)

    def restart(self) -> None:
        self.longest, self._last = 0.0, time.perf_counter()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.longest, self._last = max(self.longest, now - self._last - TICK / 1000), now


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", default="10x10", help="values of ν x values of μ")
    parser.add_argument("--images", type=int, default=1000, help="games of each cell")
    parser.add_argument("--keep", type=Path, help="make the file here, or use the one that is here")
    options = parser.parse_args()
    app = make_application(["benchmark"])
    with tempfile.TemporaryDirectory() as folder:
        places = Places(Path(folder), options.keep.parent if options.keep else Path(folder))
        path = options.keep or places.results
        if not path.exists():
            nus, mus = (int(number) for number in options.cells.split("x"))
            make(path, nus, mus, options.images)
        with Database(path, create=False) as database:
            games = sum(tally.games for tally in database.tallies(1).values())
        print(f"{games:,} games, {path.stat().st_size / 2**20:,.0f} MiB")
        measure(places, path)
    app.quit()


def make(path: Path, nus: int, mus: int, images: int) -> None:
    """A sweep whose games are drawn at random."""
    spec = EvaluationSpec(
        name="large",
        data=DataSpec(source=str(repeated(path.with_suffix(".npz"), images))),
        models=(DefendedModel(defense=(RndSpec(),)),),
        attacks=(RandomSearchSpec(),),
        nu=tuple(np.round(np.linspace(0.005, 0.05, nus), 4).tolist()),
        mu=tuple(np.round(np.linspace(0.01, 0.1, mus), 4).tolist()),
        control=False,
    )
    stage = set_stage(spec.models[0].model, spec.data, "cpu")
    pictures = list(blobs(stage, spec))
    draw = np.random.default_rng(0)
    with Database(path) as database:
        number = database.add_evaluation(spec.name, spec.model_dump_json(), spec.digest, spec.cells())
        for place, cell in enumerate(database.cells(number)):
            labels = stage.classifier.labels
            database.begin_cell(cell.id, images, stage.classifier.digest, stage.images.digest, labels)
            share = 0.2 + 0.6 * (place // mus) / nus
            database.add_games([(cell.id, game(image, share, draw, pictures)) for image in range(images)], {})


def repeated(path: Path, images: int) -> Path:
    """A data set of the shipped images, over and over."""
    shipped = open_set(DataSpec(source="samples:cifar10"))
    pixels = np.stack([np.asarray(shipped.picture(image % len(shipped))) for image in range(images)])
    labels = np.array([shipped.labels[image % len(shipped)] for image in range(images)])
    np.savez(path, images=pixels, labels=labels)
    return path


def blobs(stage: Stage, spec: EvaluationSpec) -> Iterator[tuple[bytes, bytes]]:
    """A curve and an adversarial image for each of the shipped images."""
    draw = np.random.default_rng(0)
    cell = spec.cells()[0][1]
    for image in range(min(40, len(stage.images))):
        clean = stage.game(cell, image).image.numpy()
        noisy = np.clip(clean + 0.05 * draw.choice([-1, 1], clean.shape), 0, 1).astype(np.float32)
        told = np.stack([np.arange(200), draw.normal(size=200)], 1).astype(np.float32)
        yield Curve(told, told[:100]).pack(), pack_image(noisy)


def game(image: int, share: float, draw: np.random.Generator, pictures: Sequence[tuple[bytes, bytes]]) -> Played:
    lost = bool(draw.random() < share)
    queries = 10_000 if lost else int(draw.exponential(1500)) + 1
    record = GameRecord(
        image,
        f"image {image}",
        3,
        None,
        "failure" if lost else "success",
        first_hit=not lost,
        vote=not lost,
        mean=not lost,
        noise_free=not lost and bool(draw.random() < 0.5),
        probe=queries,
        published=queries,
        linf=0.05,
        l2=2.0 + float(draw.random()),
        prediction=5,
        decisions=queries,
    )
    return Played(record, *pictures[image % len(pictures)])


def wait(ready: Callable[[], bool]) -> None:
    """Run the window's loop until something is so."""
    loop, timer = QEventLoop(), QTimer()
    timer.timeout.connect(lambda: ready() and loop.quit())
    timer.start(TICK)
    loop.exec()


def rest() -> None:
    """Give what was drawn last the time to come to the screen."""
    over = time.perf_counter() + 0.02
    wait(lambda: time.perf_counter() > over)


def measure(places: Places, path: Path) -> None:
    """Print how long each thing takes."""
    watch = Watch()
    window = QMainWindow()
    toaster = Toaster(window)
    window.resize(1380, 860)
    results, explore = ResultsTab(places, toaster), ExploreTab(places, toaster)
    window.setCentralWidget(results)
    results.list.open_file(path)
    explore.path = path

    def told(what: str, begin: Callable[[], object], ready: Callable[[], bool], turns: int = TURNS) -> None:
        times, freezes = [], []
        for _ in range(turns):
            watch.restart()
            started = time.perf_counter()
            begin()
            wait(ready)
            times.append(time.perf_counter() - started)
            rest()
            freezes.append(watch.longest)
        print(f"| {what} | {1000 * median(times):,.0f} | {1000 * max(freezes):,.0f} |")

    print("| | ms | freeze, ms |\n|---|---|---|")
    table = results.details.failures
    told("Results: open the tab, list and cells", window.show, lambda: bool(table.source.table.rows), turns=1)
    told("Results: refresh", results.refresh, lambda: not results.lister.busy("list"))
    told("Results: sort the cells", lambda: table.sortByColumn(5, Qt.SortOrder.AscendingOrder), lambda: True)
    window.takeCentralWidget()
    window.setCentralWidget(explore)
    told("Explore: open the tab, heat map", lambda: None, lambda: bool(explore.atlas.map.rows), turns=1)
    told("Explore: refresh", explore.refresh, lambda: not (explore.reader.busy("list") or explore.reader.busy("cells")))
    told("Explore: draw the heat map again", explore.atlas._draw, lambda: True)
    for measure_row in range(explore.atlas.measure.count()):
        explore.atlas.measure.setCurrentIndex(measure_row)
        told(f"Explore: heat map of {explore.atlas.measure.currentText().lower()}", explore.atlas._draw, lambda: True)
    gallery, model = explore.gallery, explore.gallery.model
    cell = explore.atlas.map.rows[0][0][2]
    told("Gallery: open a cell", lambda: explore._choose(cell), lambda: model.tile(0) is not None)
    bar = gallery.view.verticalScrollBar()
    places_seen = iter(np.linspace(0.1, 1, TURNS))

    def scrolled() -> None:
        bar.setValue(int(next(places_seen) * bar.maximum()))

    told("Gallery: jump somewhere else", scrolled, lambda: not model.missing(*gallery.view.visible_rows()))
    told("Gallery: sort by queries", lambda: (gallery.order.setCurrentIndex(1), gallery._arrange()),
         lambda: model.rowCount() > 0 and model.tile(0) is not None)  # fmt: skip
    results.finish()
    explore.finish()
    window.close()


if __name__ == "__main__":
    main()
