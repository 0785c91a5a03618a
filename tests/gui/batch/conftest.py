"""The Batch tab alone, with a results file of its own and an evaluation that takes seconds."""

from collections.abc import Callable
from typing import Any

import pytest

from rnd_lab.data.set_spec import DataSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.evaluation.spec import DefendedModel, EvaluationSpec
from rnd_lab.game.referee import Referee
from rnd_lab.game.threat import ThreatModel
from rnd_lab.gui.batch.batch_tab import BatchTab
from rnd_lab.gui.places import Places
from tests.gui.conftest import Host

Open = Callable[[], BatchTab]


def tiny(**changes: Any) -> EvaluationSpec:
    """Two cells of four shipped images, 20 queries each."""
    values: dict[str, Any] = {
        "name": "tiny",
        "data": DataSpec(images=4),
        "models": (DefendedModel(), DefendedModel(defense=(RndSpec(nu=0.05),))),
        "threat": ThreatModel(budget=20),
        "referee": Referee(votes=3),
    }
    return EvaluationSpec(**(values | changes))


ENDLESS = ThreatModel(budget=1_000_000, epsilon=1e-5)


@pytest.fixture
def open_tab(host: Host, places: Places) -> Open:
    return lambda: host(lambda toaster: BatchTab(places, toaster, "cpu"), BatchTab.finish)


@pytest.fixture
def tab(open_tab: Open) -> BatchTab:
    return open_tab()
