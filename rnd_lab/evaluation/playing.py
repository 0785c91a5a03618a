"""Playing the games of many cells at once on one model."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from rnd_lab.evaluation.batching import SharedForward
from rnd_lab.evaluation.control import Control
from rnd_lab.evaluation.pace import Pace
from rnd_lab.evaluation.recording import failed, record
from rnd_lab.evaluation.stage import Stage
from rnd_lab.game.driver import Driver
from rnd_lab.game.forward import Forward
from rnd_lab.game.outcome import Game, Outcome
from rnd_lab.primitives.errors import message_of
from rnd_lab.results.cell import CellSpec
from rnd_lab.results.record import Played


@dataclass(frozen=True)
class Task:
    """Some images of one cell to play; ``number`` is the caller's name for the cell."""

    number: int
    cell: CellSpec
    images: tuple[int, ...]


@dataclass(frozen=True)
class Round:
    """What one forward of the shared batch brought: games that ended, and how many images passed the network."""

    finished: tuple[tuple[int, Played], ...]
    passes: int


def play(tasks: Sequence[Task], device: str, pace: Pace) -> Iterator[Round]:
    """Play all tasks on the stage of ``pace``; cells are begun in their order, the next one as soon as there is room.

    A game that fails is finished with its message and does not stop the others.
    """
    table = _Table(pace.stage, device, SharedForward(Forward(pace.stage.classifier.network)))
    waiting, players = list(tasks), list[_Player]()
    while True:
        players = [player for player in players if player.busy]
        while waiting and sum(player.busy / player.most for player in players) < 1:
            task = waiting.pop(0)
            players.append(_Player(task, table, pace.games(task.cell)))
        if (passes := table.shared.round()) is None:
            return
        yield Round(table.collect(), passes)


@dataclass(frozen=True)
class _Table:
    """What all players share: where they play, the model, and where they put finished games."""

    stage: Stage
    device: str
    shared: SharedForward
    finished: list[tuple[int, Played]] = field(default_factory=list)

    def collect(self) -> tuple[tuple[int, Played], ...]:
        """The games that were finished since the last time."""
        finished = tuple(self.finished)
        self.finished.clear()
        return finished


class _Player:
    """Plays the games of one task, ``most`` at a time; ``busy`` counts those, and the controls that are played."""

    def __init__(self, task: Task, table: _Table, most: int) -> None:
        self.most = most
        self._task = task
        self._table = table
        self._left = dict.fromkeys(task.images)
        self._begun: set[int] = set()
        self._controls = 0
        table.shared.start(self._run)

    @property
    def busy(self) -> int:
        return min(len(self._left), self.most) + self._controls

    def _run(self) -> None:
        """Play all games; where something goes wrong, those in progress are played again one at a time."""
        while self._left:
            with suppress(Exception):  # outside of it, the error does not hold the memory of its games any more
                self._play(tuple(self._left), min(self.most, len(self._left)))
            for image in [it for it in self._left if it in self._begun] or tuple(self._left):
                try:
                    self._play((image,), 1)
                except Exception as error:
                    self._fail(image, error)

    def _play(self, images: Sequence[int], slots: int) -> None:
        cell, table = self._task.cell, self._table
        driver = Driver(
            table.shared,
            cell.defense,
            cell.attack,
            cell.threat,
            cell.referee,
            shape=(3, *table.stage.classifier.input_size),
            slots=slots,
            watch=cell.watch,
            device=table.device,
        )
        numbers: dict[str, int] = {}
        for outcome in driver.play(self._games(images, numbers)):
            self._end(outcome, numbers[outcome.game.name])

    def _games(self, images: Sequence[int], numbers: dict[str, int]) -> Iterator[Game]:
        """Read the pictures when their games begin; ``numbers`` takes down whose name is whose."""
        for image in images:
            self._begun.add(image)
            try:
                game = self._table.stage.game(self._task.cell, image)
            except Exception as error:
                self._fail(image, error)
                continue
            numbers[game.name] = image
            yield game

    def _end(self, outcome: Outcome, image: int) -> None:
        """Keep a game at once, or after its null control, which is played beside the other games."""
        del self._left[image]
        if not self._task.cell.control:
            self._keep(outcome, image, Control())
            return
        self._controls += 1

        def check() -> None:
            cell, table = self._task.cell, self._table
            try:
                checked = table.stage.controls.check(outcome, cell.defense, cell.referee, table.shared, table.device)
                self._keep(outcome, image, checked)
            except Exception as error:
                self._fail(image, error)
            self._controls -= 1

        self._table.shared.start(check)

    def _keep(self, outcome: Outcome, image: int, checked: Control) -> None:
        table = self._table
        table.finished.append((self._task.number, record(outcome, image, checked, table.device)))

    def _fail(self, image: int, error: Exception) -> None:
        self._left.pop(image, None)
        table = self._table
        images = table.stage.images
        message = message_of(error)
        played = failed(image, images.names[image], int(images.labels[image]), message, table.device)
        table.finished.append((self._task.number, played))
