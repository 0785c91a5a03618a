"""What a reader of the answers is told, in words and in the plot."""

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from rnd_lab.game.calibrate import AccuracyCurve
from rnd_lab.gui.calibrate.answers import ModelRow, caution
from rnd_lab.gui.calibrate.chart import AccuracyChart, AccuracyLine
from rnd_lab.models.spec import ModelSpec
from rnd_lab.reports.calibration import Calibrated


def curve(*nus: float) -> AccuracyCurve:
    """A model that is right on 80 of 100 images, whatever the noise."""
    return AccuracyCurve(nus, np.tile(np.arange(100) < 80, (len(nus), 1)))


def test_the_caution_names_the_last_value_of_the_model_that_bears_it() -> None:
    failed = ModelRow(ModelSpec(), "failed", "error", Calibrated("failed", "", curve(0, 0.01)))
    done = ModelRow(ModelSpec(), "done", "done", Calibrated("done", "", curve(0, 0.01, 0.02)))
    assert caution([failed, done], 0.05).startswith("0.02 is the largest ν that was tried")
    assert not caution([failed], 0.05)


def test_the_accuracy_that_is_allowed_lies_below_the_clean_one(qtbot: QtBot) -> None:
    chart = AccuracyChart()
    qtbot.addWidget(chart)
    chart.show_lines([AccuracyLine(0, "model", curve(0, 0.01))], (0, 0.01), 0.05)
    curves = (it for it in chart.plot.getPlotItem().items if isinstance(it, pg.PlotCurveItem))
    (allowed,) = (it for it in curves if pg.mkPen(it.opts["pen"]).style() == Qt.PenStyle.DotLine)
    assert allowed.getData()[1] == pytest.approx([75, 75])
