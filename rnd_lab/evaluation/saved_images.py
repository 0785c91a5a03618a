"""Adversarial images of a cell as PNG, each judged anew after rounding."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from rnd_lab.data.pixels import to_png
from rnd_lab.evaluation.replay import replay
from rnd_lab.evaluation.stage import Stage
from rnd_lab.experiments.duel import Scene
from rnd_lab.experiments.keep import Kept, rejudge
from rnd_lab.primitives.amounts import amount
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.files import write_whole
from rnd_lab.primitives.geometry import to_grid
from rnd_lab.results.database import Database, StoredCell
from rnd_lab.results.record import GameRecord

DIGITS = 6
"""Of a cell's digest in the names of its images: images of other cells have other names."""


@dataclass(frozen=True)
class Saved:
    """What was saved where: how many images, and how many of them still win against fresh defended answers."""

    folder: Path
    list: str
    images: int
    still: int

    @property
    def sentence(self) -> str:
        """What to tell the user."""
        marked = "" if self.still == self.images else "; the others are named “…-not-adversarial”"
        return (
            f"{amount(self.images, 'images')} saved in {self.folder.name}. With 8 bits a channel the vote of fresh "
            f"defended answers is still won by {self.still}{marked}. {self.list} has the details."
        )


def save_images(
    database: Database,
    stage: Stage,
    cell: StoredCell,
    records: Sequence[GameRecord],
    folder: Path,
    tell: Callable[[int, int], None],
) -> Saved:
    """Save the final images of games that were played into a folder, with a table of what is known of each.

    ``stage`` is what the cell was played on; ``tell`` hears how many are done, and of how many; an exception that it
    raises stops there, and what is saved is in the table. Raises LabError where something cannot be read or written.
    """
    kept: list[tuple[str, GameRecord, Kept]] = []
    table = f"{_name(cell)}-images.csv"
    try:
        for number, record in enumerate(records):
            tell(number, len(records))
            kept.append(_save(database, stage, cell, record, folder))
    finally:
        if kept:
            _add_to_list(folder / table, kept)
    return Saved(folder, table, len(kept), sum(it.vote for _, _, it in kept))


def _save(
    database: Database, stage: Stage, cell: StoredCell, record: GameRecord, folder: Path
) -> tuple[str, GameRecord, Kept]:
    """Quantise inside the ball, judge what that is, and name the file after it."""
    spec, threat = replay(cell.spec, record), cell.spec.threat
    clean = stage.game(cell.spec, record.image).image
    final = torch.from_numpy(database.adversarial(cell.id, record.image).copy())
    rounded = to_grid(final[None], clean[None], threat.epsilon, threat.norm)[0]
    scene = Scene(stage.classifier, clean, record.label, torch.zeros(len(stage.classifier.labels)))
    kept = rejudge(rounded, spec, scene)
    name = f"{_name(cell)}-image-{record.image}{'' if kept.vote else '-not-adversarial'}.png"
    to_png(rounded, folder / name)
    return name, record, kept


def _name(cell: StoredCell) -> str:
    return f"{cell.spec.attack.name}-{cell.digest[:DIGITS]}"


def _add_to_list(path: Path, kept: Sequence[tuple[str, GameRecord, Kept]]) -> None:
    """Write what is known of saved images to a table, which may have lines of others of the cell."""
    lines = {
        name: {
            "file": name, "image": record.image, "name": record.name, "label": record.label, "status": record.status,
            **asdict(it),
        }
        for name, record, it in kept
    }  # fmt: skip
    try:
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                lines = {line["file"]: line for line in csv.DictReader(file)} | lines
        text = io.StringIO()
        writer = csv.DictWriter(text, next(iter(lines.values())), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines.values())
        write_whole(path, text.getvalue())
    except (OSError, ValueError, KeyError) as error:
        raise LabError(f"{path} cannot be written: {error}. Choose another folder.") from error
