"""The table of an evaluation that nothing interrupted."""

from pathlib import Path

import pytest
import torch

from rnd_lab.evaluation.run import evaluate
from tests.evaluation.small import Table, small, table


@pytest.fixture(scope="session")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Table:
    torch.set_num_threads(1)
    path = tmp_path_factory.mktemp("whole") / "results.db"
    evaluate(small(), path, "cpu")
    return table(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.db"
