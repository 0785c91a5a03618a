from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from pytestqt.qtbot import QtBot

from rnd_lab.attacks.square import SquareSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.experiments.duel import Duel, Scene, SideView, Snapshot, set_scene
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.game.threat import ThreatModel
from rnd_lab.gui.views.attack_view import AttackView

Change = Callable[..., Snapshot]


@pytest.fixture(scope="session")
def spec() -> RunSpec:
    return RunSpec(defense=(RndSpec(nu=0.02),), attack=SquareSpec(), threat=ThreatModel(budget=2_000))


@pytest.fixture(scope="session")
def scene(spec: RunSpec) -> Scene:
    return set_scene(spec, "cpu")


@pytest.fixture(scope="session")
def snapshot(spec: RunSpec, scene: Scene) -> Snapshot:
    """A duel after a few steps."""
    duel = Duel(spec, scene)
    for _ in range(6):
        duel.step()
    return duel.snapshot()


@pytest.fixture(scope="session")
def ended(spec: RunSpec, scene: Scene) -> Snapshot:
    """A duel whose budget is used up."""
    duel = Duel(spec.model_copy(update={"threat": ThreatModel(epsilon=0.01, budget=4)}), scene)
    while not duel.done:
        duel.step()
    return duel.snapshot()


def changed(snapshot: Snapshot, **update: object) -> Snapshot:
    """The same moment, with other facts about the defended side."""
    side: SideView = replace(snapshot.sides["defended"], **update)
    return replace(snapshot, sides={**snapshot.sides, "defended": side})


@pytest.fixture
def change() -> Change:
    return changed


@pytest.fixture
def view(qtbot: QtBot) -> AttackView:
    torch.set_num_threads(1)
    view = AttackView()
    qtbot.addWidget(view)
    view.resize(937, 656)
    view.show()
    return view
