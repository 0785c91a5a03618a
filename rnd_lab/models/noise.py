"""Layers with noise, which is off but inside ``with noise_on(...)``: on features (RSE) and on weights (PNI)."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rnd_lab.primitives.draws import Rows

Source = Callable[[str, int, Sequence[int]], Tensor]
"""(layer, count, shape) to standard normal float32 [count or number of images, *shape]."""

PNI_SCALE = 0.25
"""The scale α that training starts from (He et al., CVPR 2019)."""


class NoisyLayer(nn.Module):
    """A layer that draws noise where it has somewhere to draw it from: (count, shape) as in :data:`Source`."""

    draw: Callable[[int, Sequence[int]], Tensor] | None = None


class NoisyConv2d(NoisyLayer, nn.Conv2d):
    """A convolution of x + N(0, ``deviation``²), drawn for each image (Random Self-Ensemble; Liu et al., ECCV 2018)."""

    def __init__(self, *args: Any, deviation: float, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.deviation = deviation

    def forward(self, x: Tensor) -> Tensor:
        if self.draw is not None:
            x = x + self.deviation * self.draw(len(x), x.shape[1:])
        return super().forward(x)


class NoisyWeight(NoisyLayer):
    """Weights W + α·σ·N(0, 1) with a trained scale α and the deviation σ of W (PNI-W, layer-wise; He et al.)."""

    weight: Tensor

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.alpha = nn.Parameter(torch.tensor(PNI_SCALE))

    def weights(self) -> Tensor:
        """One weight tensor for all images [*shape], or one for each [n, *shape]."""
        if self.draw is None:
            return self.weight
        noise = self.draw(1, self.weight.shape)
        noisy: Tensor = self.weight + self.alpha * self.weight.detach().std() * noise
        return noisy[0] if len(noise) == 1 else noisy


class NoisyWeightConv2d(NoisyWeight, nn.Conv2d):
    """A convolution, without a bias, with noise on its weights."""

    def forward(self, x: Tensor) -> Tensor:
        weights = self.weights()
        if weights.ndim == self.weight.ndim:
            return F.conv2d(x, weights, None, self.stride, self.padding, self.dilation)
        # One convolution in groups: each image is a group of channels with weights of its own.
        together, weights = x.contiguous().flatten(0, 1)[None], weights.flatten(0, 1)
        y = F.conv2d(together, weights, None, self.stride, self.padding, self.dilation, groups=len(x))
        return y.view(len(x), -1, *y.shape[2:])


class NoisyWeightLinear(NoisyWeight, nn.Linear):
    """A linear layer with noise on its weights, for inputs [n, features]."""

    def forward(self, x: Tensor) -> Tensor:
        weights = self.weights()
        if weights.ndim == self.weight.ndim:
            return F.linear(x, weights, self.bias)
        return (weights @ x[:, :, None])[:, :, 0] + self.bias


Kind = TypeVar("Kind", bound=NoisyLayer)


def keyed(rows: Rows) -> Source:
    """Noise for each image that its row alone determines."""
    return lambda layer, count, shape: rows.normal(layer, shape)


def fresh(generator: torch.Generator) -> Source:
    """Noise from a generator, on its device."""
    return lambda layer, count, shape: torch.randn(count, *shape, generator=generator, device=generator.device)


@contextmanager
def noise_on(network: nn.Module, kind: type[Kind], source: Source) -> Iterator[int]:
    """Let all layers of one kind draw their noise from ``source``; gives their number."""
    layers = {name: layer for name, layer in network.named_modules() if isinstance(layer, kind)}
    for name, layer in layers.items():
        layer.draw = partial(source, name)
    try:
        yield len(layers)
    finally:
        for layer in layers.values():
            layer.draw = None
