"""From a finished training run to a model that the lab can load by name."""

from pathlib import Path

import torch
from torch import nn

import rnd_lab
from rnd_lab.data.cifar10 import LabelledImages
from rnd_lab.data.classes import CIFAR10
from rnd_lab.models.bundled import save_bundle
from rnd_lab.models.card import ModelCard
from rnd_lab.training.measure import measure_accuracy
from rnd_lab.training.recipe import Recipe

NOISES = (0.0, 0.02, 0.05)


def bundle(
    folder: Path,
    name: str,
    recipe: Recipe,
    network: nn.Module,
    train_data: LabelledImages,
    test_data: LabelledImages,
    device: str = "cpu",
) -> ModelCard:
    """Measure a network on the test images, clean and under ν 0.02 and 0.05, and save it and its card in ``folder``."""
    card = ModelCard(
        name=name,
        title=f"{recipe.architecture.replace('resnet', 'ResNet-')} (CIFAR-10, standard training)",
        architecture=recipe.architecture,
        data_set="cifar10",
        labels=CIFAR10,
        input_size=32,
        recipe=recipe.model_dump(),
        seed=recipe.seed,
        data_digest=train_data.digest,
        torch=torch.__version__,
        accuracy=tuple(measure_accuracy(network, test_data, nu, device=device) for nu in NOISES),
        licence="MIT",
        made_with=f"rnd-lab {rnd_lab.__version__}",
    )
    return save_bundle(folder, card, network)
