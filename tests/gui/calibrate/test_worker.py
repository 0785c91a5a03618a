"""Measuring, without a page; signals arrive at once, as there is no other thread."""

from pathlib import Path

import numpy as np
import pytest

from rnd_lab.gui.calibrate.spec import CalibrationSpec
from rnd_lab.gui.calibrate.worker import Measurer
from rnd_lab.models.spec import ModelSpec
from rnd_lab.reports.calibration import Calibrated
from tests.gui.calibrate.conftest import TINY

SPEC = TINY.model_copy(update={"models": (ModelSpec(),), "nu": "0.2"})
pytestmark = pytest.mark.usefixtures("qapp")


class Told:
    """What one measurement told."""

    def __init__(self, spec: CalibrationSpec, folder: Path) -> None:
        self.progress: list[tuple[int, int]] = []
        self.measured: list[Calibrated] = []
        self.warned: list[str] = []
        worker = Measurer(spec, "cpu", folder)
        worker.progressed.connect(lambda *figures: self.progress.append(figures))
        worker.measured.connect(lambda place, found: self.measured.append(found))
        worker.warned.connect(self.warned.append)
        worker.run()


def test_what_is_kept_is_not_measured_again_but_what_is_damaged_is(tmp_path: Path) -> None:
    first, second = Told(SPEC, tmp_path), Told(SPEC, tmp_path)
    assert [len(it.curve.nus) for it in first.measured] == [1, 2]
    assert [len(it.curve.nus) for it in second.measured] == [2]
    next(tmp_path.glob("*/0.2.txt")).write_text("?")
    third = Told(SPEC, tmp_path)
    assert [len(it.curve.nus) for it in third.measured] == [1, 2]
    assert len(third.warned) == 1
    assert not first.warned
    for told in (second, third):
        assert np.array_equal(told.measured[-1].curve.correct, first.measured[-1].curve.correct)


@pytest.mark.parametrize(
    "change", [{"seed": 1}, {"data": TINY.data.model_copy(update={"seed": 1})}], ids=["noise", "images"]
)
def test_another_seed_is_another_measurement(tmp_path: Path, change: dict[str, object]) -> None:
    Told(SPEC, tmp_path)
    assert len(Told(SPEC.model_copy(update=change), tmp_path).measured) == 2


@pytest.mark.parametrize("order", [1, -1])
def test_a_model_that_fails_counts_as_done(tmp_path: Path, order: int) -> None:
    models = (ModelSpec(source=str(tmp_path / "gone.pt")), ModelSpec())[::order]
    told = Told(SPEC.model_copy(update={"models": models}), tmp_path)
    assert told.progress == sorted(told.progress)
    assert told.progress[-1] == (40, 40)
