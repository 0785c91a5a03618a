"""RSE, Random Self-Ensemble (Liu, Cheng, Zhang, Hsieh; ECCV 2018)."""

from contextlib import AbstractContextManager
from typing import Any, ClassVar, Literal

import torch
from torch import nn

from rnd_lab.defenses.rse import RseSpec
from rnd_lab.models.noise import NoisyConv2d, fresh, noise_on
from rnd_lab.primitives.spec import setting
from rnd_lab.training.recipe import Recipe


class RseRecipe(Recipe):
    """Cross-entropy with noise before every convolution, drawn anew for every image."""

    title: ClassVar = "training with noise between the layers"
    defense: ClassVar = RseSpec()

    kind: Literal["rse"] = "rse"
    architecture: Literal["resnet20-rse"] = setting("resnet20-rse", help="Network to train.")
    epochs: int = setting(4, ge=1, help="Passes over the training images.", unit="epochs")
    rate: float = setting(0.1, gt=0, help="Highest learning rate.")

    def noise(self, network: nn.Module, generator: torch.Generator) -> AbstractContextManager[Any]:
        return noise_on(network, NoisyConv2d, fresh(generator))
