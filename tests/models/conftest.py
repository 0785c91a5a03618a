"""Small models made on the spot."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from rnd_lab.data.classes import CIFAR10
from rnd_lab.models.card import Accuracy, ModelCard
from rnd_lab.models.resnet import CifarResNet, resnet20


class Tiny(nn.Module):
    """A classifier that torch.export handles in a moment."""

    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(3)
        self.head = nn.Linear(3, classes)

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.head(self.norm(images).square().mean((2, 3)))
        return logits


@pytest.fixture
def tiny() -> Tiny:
    return Tiny().eval()


@pytest.fixture
def network() -> CifarResNet:
    """An untrained ResNet-20 whose batch norms are not the identity."""
    torch.manual_seed(0)
    network = resnet20()
    network(torch.rand(16, 3, 32, 32))
    return network.eval()


@pytest.fixture
def card() -> ModelCard:
    return ModelCard(
        name="small-one",
        title="A small one",
        architecture="resnet20",
        data_set="cifar10",
        labels=CIFAR10,
        input_size=32,
        recipe={"epochs": 1, "rate": 0.1, "augment": True},
        seed=3,
        data_digest="d" * 64,
        torch="2.13.0",
        accuracy=(Accuracy(nu=0.02, images=100, correct=90, low=0.83, high=0.94),),
        licence="MIT",
        made_with="a test",
    )


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Path]:
    """Export a network for images of 32 x 32 to a .pt2 and return its path."""

    def save(network: nn.Module, open_batch: bool = True) -> Path:
        dynamic = ({0: torch.export.Dim("batch")},) if open_batch else None
        program = torch.export.export(network, (torch.zeros(2, 3, 32, 32),), dynamic_shapes=dynamic)
        torch.export.save(program, tmp_path / "program.pt2")
        return tmp_path / "program.pt2"

    return save
