"""Running an evaluation: what was finished before is kept; what is finished now is on the disk before it is told."""

import time
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import filterfalse
from pathlib import Path

from rnd_lab.data.set_spec import DataSpec
from rnd_lab.evaluation.pace import Pace
from rnd_lab.evaluation.playing import Round, Task, play
from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.evaluation.spreading import Pool, spread
from rnd_lab.evaluation.stage import Stage, set_stage
from rnd_lab.experiments.duel import pick_device
from rnd_lab.experiments.keep import versions
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.downloaded import megabytes
from rnd_lab.primitives.errors import Cancelled, LabError, message_of
from rnd_lab.results.database import Database, StoredCell
from rnd_lab.results.lock import sole_writer
from rnd_lab.results.record import GameRecord

Games = tuple[tuple[int, GameRecord], ...]


@dataclass(frozen=True)
class Progress:
    """Where a run is: games ``done`` of ``total``, ``passes`` of the network in this run and in how many ``seconds``.

    A pass is one image through the network: an answer of RSE takes several, one that is known already none.
    ``finished`` holds the games that ended since the last report, each with the number of its cell; they are on the
    disk. ``failed`` tells which cells could not be played, and why. ``doing`` says what is going on.
    """

    evaluation: int
    done: int
    total: int
    passes: int
    seconds: float
    finished: Games = ()
    failed: tuple[tuple[int, str], ...] = ()
    doing: str = ""

    @property
    def speed(self) -> float:
        """Passes a second, on average since the run began."""
        return self.passes / self.seconds if self.seconds else 0.0


Report = Callable[[Progress], None]


def evaluate(
    spec: EvaluationSpec,
    path: Path,
    device: str = "auto",
    report: Report = lambda progress: None,
    pool: Pool | None = None,
) -> int:
    """Play all games of an evaluation that the results file ``path`` lacks; returns the evaluation's number.

    ``report`` is called after every forward; an exception that it raises (``Cancelled``) stops the run, and nothing
    that was reported is lost. Games that failed before are tried again. A cell or a game that fails is written down
    with its message and stops nothing else; a cell whose model or images are others by now fails, too. With a
    ``pool`` its workers play the games, on the ``device`` of each.

    Raises LabError where the file or the device cannot be used, or the pool's workers die again and again.
    """
    with sole_writer(path), Database(path) as database:
        number = database.add_evaluation(spec.name, spec.model_dump_json(), spec.digest, spec.cells())
        _Run(database, number, device if pool else pick_device(device), report, pool).run()
    return number


@dataclass
class _Tally:
    done: int = 0
    total: int = 0
    passes: int = 0


class _Run:
    """One pass over the cells of an evaluation, those of the same model and images together."""

    def __init__(self, database: Database, number: int, device: str, report: Report, pool: Pool | None) -> None:
        self._database = database
        self._number = number
        self._device = device
        self._report = report
        self._pool = pool
        self._tally = _Tally()
        self._started = time.monotonic()
        self._versions = versions()

    def run(self) -> None:
        cells = self._database.cells(self._number)
        self._count(cells)
        self._tell()
        groups: dict[tuple[ModelSpec, DataSpec], list[StoredCell]] = defaultdict(list)
        for cell in cells:
            groups[cell.spec.model, cell.spec.data].append(cell)
        for (model, data), members in groups.items():
            unfinished = list(filterfalse(self._finished, members))
            self._tell(doing=f"Loading {model.source}")
            try:
                stage = self._set_stage(model, data, look_only=not unfinished)
            except Cancelled:
                raise
            except Exception as error:  # what is finished stays so where its model or its images are gone
                self._fail(unfinished, error)
                continue
            with closing(self._play(stage, list(self._tasks(stage, members)))) as turns:  # a stop ends workers at once
                for turn in turns:
                    self._take(turn)

    def _set_stage(self, model: ModelSpec, data: DataSpec, *, look_only: bool) -> Stage:
        """Load a model and images; to look whether they are the same as before nothing is downloaded."""
        device = "cpu" if self._pool or look_only else self._device
        return set_stage(model, data, device, _refuse if look_only else self._tell_download)

    def _play(self, stage: Stage, tasks: Sequence[Task]) -> Generator[Round, None, None]:
        if tasks and self._pool:
            yield from spread(stage, tasks, self._device, self._pool)
        elif tasks:
            yield from play(tasks, self._device, Pace(stage))

    def _count(self, cells: Sequence[StoredCell]) -> None:
        """Count what an earlier run has done; how large the others are is known when their images are."""
        for cell in cells:
            self._tally.done += len(self._database.done(cell.id))
            self._tally.total += cell.planned or cell.spec.data.images or 0

    def _finished(self, cell: StoredCell) -> bool:
        return cell.planned is not None and len(self._database.done(cell.id)) >= cell.planned

    def _tasks(self, stage: Stage, cells: Sequence[StoredCell]) -> Iterator[Task]:
        """What is left to play; cells that were played on another model or other images fail, finished ones too."""
        for cell in cells:
            try:
                self._begin(stage, cell)
            except LabError as error:
                self._fail([cell], error)
                continue
            done = self._database.done(cell.id)
            if left := tuple(image for image in stage.selection if image not in done):
                yield Task(cell.id, cell.spec, left)

    def _begin(self, stage: Stage, cell: StoredCell) -> None:
        planned = len(stage.selection)
        classifier = stage.classifier
        self._database.begin_cell(cell.id, planned, classifier.digest, stage.images.digest, classifier.labels)
        self._tally.total += planned - (cell.planned or cell.spec.data.images or 0)

    def _take(self, turn: Round) -> None:
        self._tally.passes += turn.passes
        if turn.finished:
            self._database.add_games(turn.finished, self._versions)
            self._tally.done += sum(played.record.status != "error" for _, played in turn.finished)
        self._tell(finished=tuple((cell, played.record) for cell, played in turn.finished))

    def _fail(self, cells: Sequence[StoredCell], error: Exception) -> None:
        message = message_of(error)
        for cell in cells:
            self._database.fail_cell(cell.id, message)
        self._tell(failed=tuple((cell.id, message) for cell in cells))

    def _tell_download(self, what: str, done: int, total: int) -> None:
        self._tell(doing=f"Downloading {what}: {megabytes(done, total)}")

    def _tell(self, finished: Games = (), failed: tuple[tuple[int, str], ...] = (), doing: str = "") -> None:
        tally, seconds = self._tally, time.monotonic() - self._started
        self._report(Progress(self._number, tally.done, tally.total, tally.passes, seconds, finished, failed, doing))


def _refuse(what: str, done: int, total: int) -> None:
    raise LabError(f"{what} would have to be downloaded.")
