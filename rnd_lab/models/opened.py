"""What every way of opening a model hands over, before it is checked and its classes get names."""

from dataclasses import dataclass
from typing import Literal

from torch import nn


@dataclass(frozen=True)
class Opened:
    """A network in evaluation mode, with what its source says; ``labels`` and ``data_set`` are None where it is silent.

    The other fields are those of :class:`rnd_lab.models.classifier.Classifier`.
    """

    name: str
    network: nn.Module
    input_size: tuple[int, int]
    resize_to: int
    digest: str
    description: str
    labels: tuple[str, ...] | None = None
    data_set: Literal["cifar10", "imagenet", "other"] | None = None


def usual_resize(size: int) -> int:
    """Shorter side (pixels) before the centre crop: none is cut from small inputs, 256 are usual for 224."""
    return size if size <= 64 else round(size * 256 / 224)
