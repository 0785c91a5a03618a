"""A training set of a few images."""

import hashlib

import pytest
import torch

from rnd_lab.data.cifar10 import LabelledImages
from rnd_lab.training.images import SmallImages
from rnd_lab.training.recipe import Recipe
from rnd_lab.training.standard import StandardRecipe


def tiny_data(count: int, seed: int = 0) -> LabelledImages:
    """Images whose colour tells their class."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % 10
    colours = torch.rand(10, 3, 1, 1, generator=torch.Generator().manual_seed(9)) * 200
    images = (colours[labels] + torch.randint(56, (count, 3, 32, 32), generator=generator)).to(torch.uint8)
    return LabelledImages(images, labels, hashlib.sha256(images.numpy().tobytes()).hexdigest())


@pytest.fixture
def data() -> SmallImages:
    return SmallImages(tiny_data(20))


@pytest.fixture
def recipe() -> Recipe:
    return StandardRecipe(epochs=3, batch_size=8, rate=0.05)
