"""What every training run has in common, declared once."""

import math
from contextlib import AbstractContextManager, nullcontext
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rnd_lab.data.classes import CIFAR10
from rnd_lab.defenses.defense import DefenseSpec
from rnd_lab.models.architectures import build
from rnd_lab.primitives.spec import Spec, setting
from rnd_lab.training.forward import logits_of

Plain = Literal["resnet20", "resnet56", "resnet18-cifar", "vgg16-cifar", "wrn16-4", "wrn28-10"]
"""Architectures without a defense inside."""


class Recipe(Spec):
    """SGD with Nesterov momentum on random crops and flips; subclasses add a literal ``kind`` and what is theirs.

    The rate rises linearly over ``warmup`` and then follows a half cosine to zero.
    """

    title: ClassVar[str]
    defense: ClassVar[DefenseSpec | None] = None
    """What has to be on when the network answers, where the recipe trains with a defense inside."""
    data_set: ClassVar[Literal["cifar10", "imagenet"]] = "cifar10"

    kind: str
    architecture: str
    epochs: int = setting(ge=1, help="Passes over the training images.", unit="epochs")
    batch_size: int = setting(128, ge=1, help="Images per step.", unit="images")
    rate: float = setting(gt=0, help="Highest learning rate.")
    warmup: float = setting(0.1, ge=0, le=1, help="Part of the run in which the learning rate rises.")
    momentum: float = setting(0.9, ge=0, le=1, help="Nesterov momentum.")
    weight_decay: float = setting(5e-4, ge=0, help="Weight decay.")
    seed: int = setting(
        0, ge=0, le=2**32 - 1, help="Seed of the first weights, the order of the images, their crops and all noise."
    )

    @property
    def usual_start(self) -> str | None:
        """Name of the model that training starts from where no other is named; None: random weights."""
        return None

    def network(self) -> nn.Module:
        """An untrained network of the recipe's architecture, its normalisation inside.

        Raises LabError where there is no such architecture.
        """
        return build(self.architecture, len(CIFAR10))

    def objective(
        self, network: nn.Module, images: Tensor, labels: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        """The loss that is minimised (a scalar) and the logits float32 [n, classes] whose accuracy is logged.

        ``images`` float32 [n, c, h, w] in [0, 1], ``labels`` int64 [n]; ``generator``, on their device, draws all
        noise. ``network`` is in training mode, and is left so. Here: the cross-entropy on the images as they are.
        """
        logits = logits_of(network, images)
        return F.cross_entropy(logits, labels), logits

    def rate_at(self, progress: float) -> float:
        """The learning rate after this part of the run, from 0 to 1."""
        if progress < self.warmup:
            return self.rate * progress / self.warmup
        return self.rate * 0.5 * (1 + math.cos(math.pi * (progress - self.warmup) / (1 - self.warmup)))

    def decays(self, parameter: str) -> bool:
        """Whether weight decay acts on the parameter of this name."""
        return True

    def noise(self, network: nn.Module, generator: torch.Generator) -> AbstractContextManager[Any]:
        """What is on inside the network while it is trained, or attacked by someone who knows its weights."""
        return nullcontext()
