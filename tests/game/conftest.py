"""The model and the images that come with the lab."""

import pytest
from torch import nn

from rnd_lab.data.gallery import gallery
from rnd_lab.data.image import open_image
from rnd_lab.data.pixels import to_input
from rnd_lab.game.outcome import Game
from rnd_lab.models.load import load
from rnd_lab.models.spec import ModelSpec


@pytest.fixture(scope="session")
def resnet() -> nn.Module:
    return load(ModelSpec()).network


@pytest.fixture(scope="session")
def photographs() -> list[Game]:
    """Six gallery images of different classes, and one with a wrong label."""
    shipped = [image for image in gallery() if image.data_set == "cifar10"]
    inputs = [to_input(open_image(image.path), (32, 32), 32) for image in shipped]
    games = [Game(shipped[at].name, inputs[at], shipped[at].label, seed=at) for at in (2, 33, 38, 12, 17, 25)]
    return [*games[:4], Game("wrong", inputs[0], (shipped[0].label + 1) % 10), *games[4:]]
