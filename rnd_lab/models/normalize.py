"""Input normalisation as the first layer, so that every model of the lab takes pixels in [0, 1]."""

from collections.abc import Sequence
from typing import Self

import torch
from torch import Tensor, nn


class Normalize(nn.Module):
    """(x − mean) / std per channel, for images float32 [n, c, h, w] in [0, 1]."""

    mean: Tensor
    std: Tensor

    def __init__(self, mean: Sequence[float], std: Sequence[float]) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean).view(-1, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(std).view(-1, 1, 1), persistent=False)

    def forward(self, images: Tensor) -> Tensor:
        return (images - self.mean) / self.std

    @classmethod
    def cifar10(cls) -> Self:
        """Channel statistics of the CIFAR-10 training set."""
        return cls((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616))

    @classmethod
    def imagenet(cls) -> Self:
        """Channel statistics that torchvision's ImageNet weights were trained with."""
        return cls((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
