"""The lab's own networks."""

import pytest
import torch
from torch import nn

from rnd_lab.models.architectures import OWN, TITLES, FirstWeights, build
from rnd_lab.models.denoise import DenoisingBlock
from rnd_lab.models.fit import fitted, guess_architecture
from rnd_lab.models.load import load
from rnd_lab.models.spec import ModelSpec

SIZES = {
    "resnet20": 0.27,
    "resnet56": 0.85,
    "resnet18-cifar": 11.17,
    "vgg16-cifar": 14.72,
    "wrn16-4": 2.75,
    "wrn28-10": 36.48,
}
"""Millions of parameters, as published for 10 classes."""


def convolutions(network: nn.Module) -> int:
    return sum(isinstance(module, nn.Conv2d) and module.kernel_size == (3, 3) for module in network.modules())


@pytest.mark.parametrize("architecture", SIZES)
def test_networks_have_the_published_size(architecture: str) -> None:
    with torch.device("meta"):
        network = build(architecture, 10)
    assert sum(it.numel() for it in network.parameters()) / 1e6 == pytest.approx(SIZES[architecture], abs=0.01)


def test_networks_have_the_layers_of_their_name() -> None:
    """Depth counts convolutions and the linear layer; a WRN's counts its two or three 1 x 1 shortcuts too."""
    with torch.device("meta"):
        found = {name: convolutions(build(name, 10)) for name in OWN}
    assert found == {
        "resnet20": 19,
        "resnet56": 55,
        "resnet18-cifar": 17,
        "vgg16-cifar": 13,
        "wrn16-4": 13,
        "wrn28-10": 25,
        "resnet20-rse": 19,
        "resnet20-pni": 19,
        "resnet20-fd": 19,
    }


@pytest.mark.parametrize("architecture", [name for name in OWN if name != "wrn28-10"])
def test_every_weight_of_a_network_can_be_trained(architecture: str) -> None:
    torch.manual_seed(0)
    network = build(architecture, 7)
    logits = network(torch.rand(4, 3, 32, 32))
    assert logits.shape == (4, 7)
    nn.functional.cross_entropy(logits, torch.arange(4)).backward()
    without = [name for name, it in network.named_parameters() if it.grad is None or not it.grad.isfinite().all()]
    assert [name for name in without if not name.endswith("alpha")] == []


def test_every_network_has_a_name_on_screen() -> None:
    assert TITLES.keys() == OWN.keys()


@pytest.mark.parametrize("architecture", ["resnet20-pni", "resnet20-fd", "vgg16-cifar", "resnet18-cifar", "wrn16-4"])
def test_weights_of_a_network_are_recognised_with_their_number_of_classes(architecture: str) -> None:
    weights = build(architecture, 7).state_dict()
    assert guess_architecture(weights) == architecture
    network = fitted(architecture, weights, "it")
    assert network.eval()(torch.rand(2, 3, 32, 32)).shape == (2, 7)


@pytest.mark.parametrize("architecture", ["resnet20-fd", "squeezenet1_1", "regnet_y_400mf", "vit_b_32"])
def test_a_network_for_weights_draws_nothing(architecture: str) -> None:
    weights = build(architecture, 7).state_dict()
    before = torch.get_rng_state()
    fitted(architecture, weights, "it")
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("architecture", ["resnet20-pni", "squeezenet1_1", "convnext_tiny"])
def test_first_weights_are_those_of_the_generator(architecture: str) -> None:
    torch.manual_seed(5)
    expected = build(architecture, 7).state_dict()
    with FirstWeights(torch.Generator().manual_seed(5)):
        found = build(architecture, 7).state_dict()
    assert all(torch.equal(tensor, found[name]) for name, tensor in expected.items())


def test_weights_that_fit_two_networks_are_taken_for_the_plain_one() -> None:
    assert guess_architecture(build("resnet20-rse", 10).state_dict()) == "resnet20"


def test_torchvisions_networks_keep_their_names() -> None:
    """The lab's ResNet-18 and VGG-16 are other networks."""
    with torch.device("meta"):
        assert build("resnet18", 1000).fc.out_features == 1000
        assert build("vgg16", 1000).classifier[-1].out_features == 1000


def test_a_new_denoising_block_changes_nothing_and_a_trained_one_adds_non_local_means() -> None:
    torch.manual_seed(0)
    block = DenoisingBlock(6).eval()
    features = torch.rand(2, 6, 4, 5)
    assert torch.equal(block(features), features)
    nn.init.ones_(block.bn.weight)
    x = features.flatten(2)
    means = torch.zeros_like(x)
    for i in range(20):
        for j in range(20):
            means[:, :, i] += (x[:, :, i] * x[:, :, j]).sum(1, keepdim=True) * x[:, :, j] / 20
    expected = features + block.conv(means.view_as(features)) / (1 + block.bn.eps) ** 0.5
    assert torch.allclose(block(features), expected, atol=1e-5)


def test_a_network_with_noise_inside_answers_the_same_twice_where_nothing_turns_it_on() -> None:
    classifier = load(ModelSpec())
    noisy = fitted("resnet20-rse", classifier.network.state_dict(), "it")
    images = torch.rand(8, 3, 32, 32)
    assert torch.equal(noisy(images), classifier.network(images))
