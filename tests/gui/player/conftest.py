from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from rnd_lab.attacks.square import SquareSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.game.threat import ThreatModel
from rnd_lab.gui.player import Player, State
from tests.gui.waiting import WAIT


@pytest.fixture
def player(qtbot: QtBot) -> Iterator[Player]:
    player = Player()
    yield player
    player.close()


@pytest.fixture
def spec() -> RunSpec:
    return RunSpec(defense=(RndSpec(nu=0.02),), attack=SquareSpec(), threat=ThreatModel(epsilon=0.005, budget=5_000))


@pytest.fixture
def ready(player: Player, spec: RunSpec, qtbot: QtBot) -> Player:
    with qtbot.waitSignal(player.scene_ready, timeout=WAIT):
        player.prepare(spec, "cpu")
    qtbot.waitUntil(lambda: player.state is State.READY)
    return player
