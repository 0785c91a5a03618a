"""A results file with one evaluation of two cells."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rnd_lab.attacks.square import SquareSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.results.cell import CellSpec
from rnd_lab.results.database import Database

PLAIN = CellSpec(attack=SquareSpec())
NOISY = CellSpec(attack=SquareSpec(), defense=(RndSpec(),))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.db"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with Database(path) as database:
        database.add_evaluation("mine", "{}", "d1", [("plain", PLAIN), ("noisy", NOISY)])
        yield database
