"""A short run with the model that comes with the lab."""

from typing import Any

import pytest

from rnd_lab.experiments.duel import Duel, Scene, see, set_scene
from rnd_lab.experiments.run_spec import RunSpec


def run(**settings: Any) -> RunSpec:
    """A run of a few queries that no attack wins, unless ``settings`` say otherwise."""
    threat = {"budget": 12, "epsilon": 0.01} | settings.pop("threat", {})
    return RunSpec.model_validate({"image": "ship-02", "referee": {"votes": 5}, "threat": threat} | settings)


def play(duel: Duel) -> Duel:
    while not duel.done:
        duel.step()
    return duel


@pytest.fixture(scope="session")
def scene() -> Scene:
    return set_scene(run(), "cpu")


@pytest.fixture
def duel(scene: Scene) -> Duel:
    """A duel that is about to begin."""
    return Duel(run(), see(scene.classifier, run()))
