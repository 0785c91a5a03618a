"""Games of a cell as pictures, made on a reader's thread."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from rnd_lab.evaluation.replay import replay
from rnd_lab.evaluation.saved_images import Saved, save_images
from rnd_lab.evaluation.stage import Stage, set_stage
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.gui.results.reader import Job, Turn
from rnd_lab.gui.views.pixels import Floats, fitting_strength, perturbation, picture
from rnd_lab.primitives.errors import LabError
from rnd_lab.results.browsing import Choice, Order
from rnd_lab.results.cell import CellSpec
from rnd_lab.results.database import Database, StoredCell
from rnd_lab.results.record import GameRecord

LARGEST = 160
"""Pixels of a picture that is kept; larger ones are made smaller."""

Fate = Literal["won", "won by luck", "held", "wrong before", "error"]

FATES: dict[str, Fate] = {"failure": "held", "misclassified": "wrong before", "error": "error"}
"""By the status of a game that was not won."""


@dataclass(frozen=True)
class Tile:
    """A game: its record, and its pictures as far as they are known; ``strength`` multiplies the change."""

    record: GameRecord
    original: QImage | None
    adversarial: QImage | None
    change: QImage | None
    strength: float

    @property
    def fate(self) -> Fate:
        """How the game ended; luck: the noise-free model sees through it."""
        if self.record.status == "success":
            return "won" if self.record.noise_free else "won by luck"
        return FATES[self.record.status]


@dataclass(frozen=True)
class Page:
    """Tiles from ``first`` on, of ``asked`` rows; ``problem`` says why there are no originals."""

    first: int
    asked: int
    tiles: tuple[Tile, ...]
    problem: str


@dataclass(frozen=True)
class Arrangement:
    """Which games of a cell are shown, in which order."""

    choice: Choice = "all"
    order: Order = "image"
    descending: bool = False


class MissingError(LabError):
    """What a cell was played on would have to be downloaded."""


class Stages:
    """The model and the images of the cell that was looked at last; belongs to the thread of one reader."""

    def __init__(self) -> None:
        self._key: object = None
        self._found: Stage | LabError = MissingError()

    def of(self, cell: StoredCell, *, again: bool = False) -> Stage:
        """What a cell was played on; where it was not found before, it is looked for ``again`` or not.

        Raises LabError where it is not on this machine, or another one by now; MissingError, which is one, where it
        would have to be downloaded.
        """
        key = cell.spec.model, cell.spec.data, cell.model_digest, cell.data_digest
        if key != self._key or (again and isinstance(self._found, LabError)):
            self._found = MissingError()  # two large models need not fit the memory
            self._found, self._key = _find(cell), key
        if isinstance(self._found, LabError):
            raise self._found.with_traceback(None)
        return self._found


def _find(cell: StoredCell) -> Stage | LabError:
    try:
        stage = set_stage(cell.spec.model, cell.spec.data, "cpu", _refuse)
        cell.require_same(stage.classifier.digest, stage.images.digest)
    except LabError as error:
        return error
    return stage


def page_job(stages: Stages, cell: StoredCell, shown: Arrangement, first: int, most: int, *, again: bool) -> Job[Page]:
    """The job that makes a :class:`Page`; ``again`` as in :meth:`Stages.of`."""

    def job(database: Database, turn: Turn) -> Page:
        records = database.page(cell.id, shown.choice, shown.order, descending=shown.descending, first=first, most=most)
        stage, problem = None, ""
        try:
            stage = stages.of(cell, again=again)
        except LabError as error:
            problem = str(error)
        tiles = []
        for record in records:
            turn.check()
            tiles.append(_tile(database, cell, record, stage))
        return Page(first, most, tuple(tiles), problem)

    return job


def replay_job(stages: Stages, cell: StoredCell, record: GameRecord) -> Job[RunSpec]:
    """The job that makes the run which plays a game again, where its model and its images are the same still."""

    def job(database: Database, turn: Turn) -> RunSpec:
        with suppress(MissingError):  # they are the same once they are downloaded
            stages.of(cell, again=True)
        return replay(cell.spec, record, duel=bool(cell.spec.defense))

    return job


def save_job(stages: Stages, cell: StoredCell, records: Sequence[GameRecord], folder: Path) -> Job[Saved]:
    """The job that saves the images of games into a folder."""

    def job(database: Database, turn: Turn) -> Saved:
        return save_images(database, stages.of(cell, again=True), cell, records, folder, turn.tell)

    return job


def _tile(database: Database, cell: StoredCell, record: GameRecord, stage: Stage | None) -> Tile:
    original = _original(stage, cell.spec, record)
    adversarial = database.adversarial(cell.id, record.image) if record.status != "error" else None
    if original is None or adversarial is None or original.shape != adversarial.shape:
        return Tile(record, _small(original), _small(adversarial), None, 1.0)
    strength = fitting_strength(adversarial, original)
    change = _shrunk(perturbation(adversarial, original, strength))
    return Tile(record, _small(original), _small(adversarial), change, strength)


def _original(stage: Stage | None, cell: CellSpec, record: GameRecord) -> Floats | None:
    if stage is None:
        return None
    try:
        return np.asarray(stage.game(cell, record.image).image.numpy(), np.float32)
    except (LabError, IndexError):  # the picture is damaged, or the data set has become smaller
        return None


def _small(image: Floats | None) -> QImage | None:
    return None if image is None else _shrunk(picture(image))


def _shrunk(image: QImage) -> QImage:
    if max(image.width(), image.height()) <= LARGEST:
        return image
    return image.scaled(
        LARGEST, LARGEST, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )


def _refuse(what: str, done: int, total: int) -> None:
    raise MissingError("The model or its images are not on this machine yet. Play one of the games to download them.")
