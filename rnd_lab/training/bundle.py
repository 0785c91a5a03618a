"""From a finished training run to a model that the lab can load by name."""

from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

import rnd_lab
from rnd_lab.data.cifar10 import LabelledImages
from rnd_lab.data.classes import CIFAR10, imagenet_labels
from rnd_lab.models.architectures import TITLES, usual_size
from rnd_lab.models.bundled import bundled_folder, cards, save_bundle
from rnd_lab.models.card import ModelCard
from rnd_lab.models.classifier import Classifier
from rnd_lab.training.adversarial import Adversarial
from rnd_lab.training.images import TrainingImages
from rnd_lab.training.measure import measure_accuracy, measure_robustness
from rnd_lab.training.recipe import Recipe

NOISES = (0.0, 0.02, 0.05)


def bundle(
    folder: Path,
    name: str,
    recipe: Recipe,
    network: nn.Module,
    train_data: TrainingImages,
    test_data: LabelledImages,
    device: str = "cpu",
    start: Classifier | None = None,
    told: Callable[[int, int], None] = lambda done, total: None,
) -> ModelCard:
    """Measure a network on the test images, and save it and its card in ``folder``.

    Measured are the accuracies clean and under ν 0.02 and 0.05, and after adversarial training that under PGD.
    ``start`` is the model that it was trained from. ``told`` hears how many answers were counted, of how many; an
    exception that it raises leaves nothing behind.
    """
    adversarial = isinstance(recipe, Adversarial)
    done, total = 0, len(test_data) * (len(NOISES) + adversarial)

    def counted(more: int) -> None:
        nonlocal done
        done += more
        told(done, total)

    accuracies = [
        measure_accuracy(network, test_data, nu, device=device, defense=recipe.defense, told=counted) for nu in NOISES
    ]
    robustness = [measure_robustness(network, test_data, recipe, device=device, told=counted)] if adversarial else []
    ours = {it.weights_digest for it in cards(bundled_folder())}
    data_set, labels = {"cifar10": ("CIFAR-10", CIFAR10), "imagenet": ("ImageNet", imagenet_labels())}[recipe.data_set]
    card = ModelCard(
        name=name,
        title=f"{TITLES.get(recipe.architecture, recipe.architecture)} ({data_set}, {recipe.title})",
        architecture=recipe.architecture,
        data_set=recipe.data_set,
        labels=labels,
        input_size=usual_size(recipe.architecture)[0],
        recipe=recipe.model_dump(),
        seed=recipe.seed,
        start=start.name if start else "",
        start_digest=start.digest if start else "",
        data_digest=train_data.digest,
        torch=torch.__version__,
        defense=recipe.defense.name if recipe.defense else "",
        accuracy=tuple(accuracies),
        robustness=tuple(robustness),
        licence="MIT" if start is None or start.digest in ours else "that of the model it started from",
        made_with=f"rnd-lab {rnd_lab.__version__}",
    )
    return save_bundle(folder, card, network)
