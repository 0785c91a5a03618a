"""The weights that a training run starts from."""

import torch
from torch import nn

from rnd_lab.models.classifier import Classifier
from rnd_lab.primitives.errors import LabError
from rnd_lab.training.recipe import Recipe

PLAIN = "cifar10-resnet20"
"""The bundled model that every network which is a ResNet-20 at heart can start from."""


def proposed_start(recipe: Recipe) -> str | None:
    """What window and command line propose: all recipes but the standard one are short, and made to go on from it."""
    short = recipe.kind != "standard" and recipe.architecture.startswith("resnet20")
    return PLAIN if short and recipe.data_set == "cifar10" else None


def start_from(network: nn.Module, start: Classifier) -> None:
    """Copy the weights of ``start`` into ``network``, which may have some of its own besides (of a defense inside).

    Raises LabError where they do not fit, or where ``start`` normalises its input otherwise.
    """
    weights, own = start.network.state_dict(), network.state_dict()
    strange = [name for name, tensor in weights.items() if name not in own or own[name].shape != tensor.shape]
    if strange:
        raise LabError(
            f"The weights of {start.name} do not fit the architecture of the recipe: {', '.join(strange[:3])}. Choose "
            "a model of the same architecture, or start without one."
        )
    buffers = dict(network.named_buffers())
    for name, buffer in start.network.named_buffers():
        if name not in weights and not torch.equal(buffers[name], buffer.to(buffers[name].device)):
            raise LabError(f"{start.name} normalises its input otherwise than the recipe does. Choose another one.")
    network.load_state_dict(weights, strict=False)
