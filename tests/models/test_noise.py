"""Noise inside a network, on features and on weights."""

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rnd_lab.models.architectures import build
from rnd_lab.models.noise import (
    NoisyConv2d,
    NoisyLayer,
    NoisyWeight,
    NoisyWeightConv2d,
    NoisyWeightLinear,
    fresh,
    keyed,
    noise_on,
)
from rnd_lab.primitives.draws import Rows

IMAGES = torch.rand(8, 3, 32, 32, generator=torch.Generator().manual_seed(1))


def rows(count: int) -> Rows:
    return Rows(range(5, 5 + count), range(count), "test", torch.device("cpu"))


def ones(layer: str, count: int, shape: Sequence[int]) -> Tensor:
    return torch.ones(count, *shape)


def test_noise_before_a_convolution_has_its_deviation() -> None:
    layer = NoisyConv2d(3, 3, 1, bias=False, deviation=0.2)
    nn.init.dirac_(layer.weight)
    with torch.no_grad(), noise_on(layer, NoisyConv2d, fresh(torch.Generator().manual_seed(0))) as layers:
        noise = layer(IMAGES) - IMAGES
    assert layers == 1
    assert float(noise.std()) == pytest.approx(0.2, rel=0.02)
    assert torch.allclose(layer(IMAGES), IMAGES)


def test_rse_has_more_noise_before_the_first_convolution() -> None:
    network = build("resnet20-rse", 10)
    deviations = [layer.deviation for layer in network.modules() if isinstance(layer, NoisyConv2d)]
    assert deviations == [0.2] + [0.1] * 18


def test_noise_on_weights_has_the_trained_part_of_the_weights_deviation() -> None:
    layer = NoisyWeightConv2d(40, 50, 3, bias=False)
    assert layer.alpha.item() == 0.25
    nn.init.constant_(layer.alpha, 0.5)
    with torch.no_grad(), noise_on(layer, NoisyWeight, fresh(torch.Generator().manual_seed(0))):
        noise = layer.weights() - layer.weight
    assert noise.shape == layer.weight.shape
    assert float(noise.std() / layer.weight.detach().std()) == pytest.approx(0.5, rel=0.02)


@pytest.mark.parametrize(("stride", "padding"), [(1, 1), (2, 1), (1, 0)])
def test_each_image_is_convolved_with_weights_of_its_own(stride: int, padding: int) -> None:
    torch.manual_seed(0)
    layer = NoisyWeightConv2d(3, 4, 3, stride, padding, bias=False)
    with torch.no_grad(), noise_on(layer, NoisyWeight, keyed(rows(8))):
        together, weights = layer(IMAGES), layer.weights()
    assert weights.shape == (8, 4, 3, 3, 3)
    for image, own, found in zip(IMAGES, weights, together, strict=True):
        assert torch.allclose(F.conv2d(image[None], own, None, stride, padding)[0], found, atol=1e-5)


def test_each_image_meets_a_linear_layer_of_its_own() -> None:
    torch.manual_seed(0)
    layer, x = NoisyWeightLinear(6, 4), torch.rand(8, 6)
    with torch.no_grad(), noise_on(layer, NoisyWeight, keyed(rows(8))):
        together, weights = layer(x), layer.weights()
    expected = torch.stack([F.linear(one, own, layer.bias) for one, own in zip(x, weights, strict=True)])
    assert torch.allclose(together, expected, atol=1e-6)


@pytest.mark.parametrize("architecture", ["resnet20-rse", "resnet20-pni"])
def test_layers_draw_numbers_of_their_own(architecture: str) -> None:
    network = build(architecture, 10).eval()
    drawn: list[str] = []

    def source(layer: str, count: int, shape: Sequence[int]) -> Tensor:
        drawn.append(layer)
        return ones(layer, count, shape)

    with noise_on(network, NoisyLayer, source) as layers:
        network(IMAGES)
    assert len(drawn) == len(set(drawn)) == layers


def test_one_kind_of_noise_is_turned_on_and_off_again_whatever_happens() -> None:
    network = build("resnet20-rse", 10).eval()
    expected = network(IMAGES)
    with noise_on(network, NoisyWeight, ones) as layers:
        assert torch.equal(network(IMAGES), expected)
    assert layers == 0
    with noise_on(network, NoisyConv2d, ones):
        assert not torch.equal(network(IMAGES), expected)
    with pytest.raises(RuntimeError), noise_on(network, NoisyConv2d, ones):
        network(IMAGES[:, :2])
    assert torch.equal(network(IMAGES), expected)


def test_the_scale_of_the_noise_is_trained() -> None:
    torch.manual_seed(0)
    network = build("resnet20-pni", 10)
    with noise_on(network, NoisyWeight, fresh(torch.Generator().manual_seed(0))):
        F.cross_entropy(network(IMAGES), torch.arange(8)).backward()
    scales = [layer.alpha.grad for layer in network.modules() if isinstance(layer, NoisyWeight)]
    assert len(scales) == 20
    assert all(scale is not None and scale != 0 for scale in scales)
