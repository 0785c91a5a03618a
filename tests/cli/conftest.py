"""A results file as the terminal's commands meet it."""

from pathlib import Path

import pytest

from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.results.database import Database
from tests.reports.conftest import broken, fill, won


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """Two evaluations of a cell each: 'first' with one game and 'second' with two of three, one of them broken."""
    path = tmp_path / "results.db"
    with Database(path) as database:
        fill(database, EvaluationSpec(name="first"), lambda cell: [won(0)])
        fill(database, EvaluationSpec(name="second", seeds=(1,)), lambda cell: [won(0), broken(1)], planned=3)
    return path
