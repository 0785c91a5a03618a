import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from pytestqt.qtbot import QtBot

from rnd_lab.experiments.duel import Snapshot
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.game.threat import ThreatModel
from rnd_lab.gui.times import duration
from rnd_lab.gui.views.class_bars import Ranking
from rnd_lab.gui.views.course import course, loss_title
from rnd_lab.gui.views.pace import Pace
from rnd_lab.gui.views.pixels import fitting_strength, perturbation, picture
from rnd_lab.gui.views.zoom import Zoom


def test_picture_has_the_true_pixels() -> None:
    levels = np.arange(3 * 5 * 7).reshape(3, 5, 7)
    image = picture((levels / 255).astype(np.float32))
    assert (image.width(), image.height()) == (7, 5)
    colour = image.pixelColor(2, 3)
    assert (colour.red(), colour.green(), colour.blue()) == tuple(levels[:, 3, 2])


def test_perturbation_is_drawn_around_grey() -> None:
    clean = np.full((3, 1, 3), 0.5, np.float32)
    changed = clean + np.array([-0.05, 0, 0.05], np.float32)
    assert fitting_strength(changed, clean) == pytest.approx(10)
    assert fitting_strength(clean, clean) == 1
    levels = [perturbation(changed, clean, 10).pixelColor(x, 0).red() for x in range(3)]
    assert levels == [0, 128, 255]


def test_zoom_keeps_the_point_and_stays_inside(qtbot: QtBot) -> None:
    zoom = Zoom()
    with qtbot.waitSignal(zoom.changed):
        zoom.zoom_at(QPointF(0.25, 0.75), 2)
    assert zoom.visible == QRectF(0.125, 0.375, 0.5, 0.5)
    zoom.move(QPointF(5, -5))
    assert zoom.visible == QRectF(0.5, 0, 0.5, 0.5)
    zoom.zoom_at(QPointF(0.5, 0.5), 1e-3)
    assert zoom.whole
    assert zoom.visible == QRectF(0, 0, 1, 1)


def test_pace_forgets_pauses_and_old_games() -> None:
    now = 0.0
    pace = Pace(lambda: now)
    assert pace.left(100) is None
    for queries in range(0, 50, 5):
        pace.see(queries)
        now += 0.1
    assert pace.speed == pytest.approx(50)
    assert pace.left(100) == pytest.approx(2)
    now += 60
    pace.see(50)
    assert pace.speed == 0
    now += 0.1
    pace.see(60)
    assert pace.speed == pytest.approx(100)
    pace.see(0)
    assert pace.speed == 0


def test_ranking_is_calm() -> None:
    ranking = Ranking()
    truth = np.array([0.6, 0.3, 0.1], np.float32)
    assert ranking.top(truth, truth) == [0, 1, 2]
    assert ranking.top(np.array([0, 0.1, 0.9], np.float32), truth) == [0, 1, 2]


def test_course_counts_paid_queries(spec: RunSpec, snapshot: Snapshot) -> None:
    view = snapshot.sides["defended"]
    eot = spec.model_copy(update={"threat": ThreatModel(eot=3)})
    curves = course(view, eot)
    assert curves.told[0].tolist() == [3, 6, 9, 12, 15, 18]
    assert curves.best[1][-1] == view.told.min()
    assert curves.truth[0][-1] == view.true[-1, 0] * 3
    assert len(curves.truth[0]) <= len(view.true)


@pytest.mark.parametrize(
    ("threat", "title"),
    [
        (ThreatModel(), "margin (logits)"),
        (ThreatModel(feedback="probabilities"), "margin (probabilities)"),
        (ThreatModel(loss="cross_entropy"), "log probability of the true class"),
        (ThreatModel(loss="cross_entropy", goal="targeted"), "−log probability of the target"),
    ],
)
def test_loss_title(threat: ThreatModel, title: str) -> None:
    assert loss_title(threat) == title


@pytest.mark.parametrize(
    ("seconds", "text"), [(3.4, "3 s"), (83, "83 s"), (150, "2 min"), (3725, "62 min"), (9000, "2.5 h")]
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text
