"""The Train page alone, with a few images on the disk and runs that take a second."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rnd_lab.gui.places import Places
from rnd_lab.gui.train.train_tab import TrainTab
from tests.gui.conftest import Host

Open = Callable[[], TrainTab]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Twenty images whose colour tells their class, for training and for testing."""
    rng = np.random.default_rng(0)
    labels = np.arange(20) % 10
    colours = rng.integers(0, 200, (10, 1, 1, 3))
    for split in ("train", "test"):
        images = colours[labels] + rng.integers(0, 56, (20, 32, 32, 3))
        np.savez(tmp_path / f"cifar10_{split}.npz", images=images.astype(np.uint8), labels=labels)
    return tmp_path


@pytest.fixture
def open_tab(host: Host, places: Places) -> Open:
    return lambda: host(lambda toaster: TrainTab(places, toaster, "cpu"), TrainTab.finish)


@pytest.fixture
def tab(open_tab: Open) -> TrainTab:
    return open_tab()
