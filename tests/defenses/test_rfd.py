"""RFD: which layer is noisy, by how much, and what is said where it cannot be."""

import pytest
import torch
from torch import Tensor, nn

from rnd_lab.defenses.rfd import RfdSpec, last_features
from rnd_lab.game.forward import Forward
from rnd_lab.models.architectures import build
from rnd_lab.models.normalize import Normalize
from rnd_lab.primitives.errors import LabError
from tests.defenses.asking import ask
from tests.toys import small_network

GREY = torch.full((64, 3, 8, 8), 0.5)


class Copied(nn.Module):
    """One layer used twice; the answer is what it puts out each time."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Identity()
        self.unused = nn.Linear(2, 2)

    def forward(self, images: Tensor) -> Tensor:
        return torch.cat([self.layer(images), self.layer(images)], 1).flatten(1)


class Pair(nn.Module):
    """A layer that puts out two tensors."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.LSTM(8, 4, batch_first=True)

    def forward(self, images: Tensor) -> Tensor:
        features: Tensor = self.layer(images[:, 0])[0]
        return features[:, -1]


@pytest.mark.parametrize("nu", [0.1, 3.0])
def test_the_noise_of_a_layer_is_normal_with_deviation_nu(nu: float) -> None:
    noise = (ask(GREY, Forward(Copied()), RfdSpec(nu=nu, layer="layer")) - 0.5).double() / nu
    assert float(noise.mean()) == pytest.approx(0, abs=0.03)
    assert float(noise.square().mean()) == pytest.approx(1, abs=0.05)
    first, second = noise.chunk(2, 1)
    assert abs(float((first * second).mean())) < 0.03


def test_noise_on_a_named_layer_reaches_what_comes_after_it() -> None:
    forward = Forward(small_network())
    clean = forward(GREY)
    assert torch.equal(ask(GREY, forward, RfdSpec(nu=0, layer="0")), clean)
    assert not torch.allclose(ask(GREY, forward, RfdSpec(nu=1, layer="0")), clean, atol=0.01)


@pytest.mark.parametrize(
    ("architecture", "layer"),
    [
        ("resnet20", "blocks"),
        ("resnet50", "layer4"),
        ("vgg16", "features"),
        ("densenet121", "features"),
        ("vit_b_16", "encoder"),
        ("inception_v3", "Mixed_7c"),
        ("googlenet", "inception5b"),
    ],
)
def test_without_a_name_it_is_the_last_part_before_the_head(architecture: str, layer: str) -> None:
    with torch.device("meta"):
        network = build(architecture, 10)
    assert last_features(network) == layer
    assert last_features(nn.Sequential(Normalize.imagenet(), network)) == f"1.{layer}"


@pytest.mark.parametrize(
    ("network", "layer", "words"),
    [
        (small_network(), "10", "no layer '10'. Similar names: .*1"),
        (small_network(), "features", "no layer 'features'. Similar names: .*5"),
        (Copied(), "unused", "'unused' does not run"),
        (Pair(), "layer", "'layer' does not put out one tensor for each image"),
        (nn.Sequential(nn.Flatten(), nn.Linear(192, 4)), None, "no hidden layer"),
    ],
)
def test_a_layer_that_cannot_be_noisy_is_named(network: nn.Module, layer: str | None, words: str) -> None:
    forward = Forward(network)
    with pytest.raises(LabError, match=words):
        ask(GREY, forward, RfdSpec(layer=layer))
    assert isinstance(forward(GREY), Tensor)
    assert not any(module._forward_hooks for module in network.modules())


def test_a_stack_of_two_adds_two_noises() -> None:
    """Their variances add up."""
    stack = RfdSpec(nu=3, layer="layer"), RfdSpec(nu=4, layer="layer")
    noise = ask(GREY, Forward(Copied()), *stack) - 0.5
    assert float(noise.std()) == pytest.approx(5, rel=0.03)
