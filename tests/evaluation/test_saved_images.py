"""Final images of games, saved."""

import csv
from pathlib import Path

import pytest

from rnd_lab.attacks.square import SquareSpec
from rnd_lab.evaluation.run import evaluate
from rnd_lab.evaluation.saved_images import save_images
from rnd_lab.evaluation.spec import DefendedModel
from rnd_lab.evaluation.stage import set_stage
from rnd_lab.primitives.errors import Cancelled
from rnd_lab.results.database import Database
from tests.evaluation.small import small


def test_what_was_saved_before_a_stop_is_in_the_table(path: Path, tmp_path: Path) -> None:
    evaluate(small(models=(DefendedModel(),), attacks=(SquareSpec(),)), path, "cpu")

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise Cancelled

    with Database(path) as database:
        (cell,) = database.cells(1)
        stage = set_stage(cell.spec.model, cell.spec.data, "cpu")
        with pytest.raises(Cancelled):
            save_images(database, stage, cell, database.games(cell.id), tmp_path, stop)
    (table,) = tmp_path.glob("*.csv")
    with table.open(encoding="utf-8", newline="") as file:
        listed = {line["file"] for line in csv.DictReader(file)}
    assert listed == {image.name for image in tmp_path.glob("*.png")}
    assert len(listed) == 2
