"""Residual networks for 32 x 32 images (He et al., CVPR 2016, section 4.2), plain and with a defense inside."""

from collections.abc import Callable
from functools import partial

from torch import Tensor, nn
from torch.nn import functional as F

from rnd_lab.models.cifar_network import CifarNetwork
from rnd_lab.models.denoise import DenoisingBlock
from rnd_lab.models.noise import NoisyConv2d, NoisyWeightConv2d, NoisyWeightLinear

RSE_FIRST, RSE_INNER = 0.2, 0.1
"""Deviation of RSE's noise before the first convolution and before every other (Liu et al., ECCV 2018)."""


class _Block(nn.Module):
    """Two 3 x 3 convolutions around a parameter-free shortcut (the paper's option A)."""

    def __init__(self, width_in: int, width: int, stride: int, conv: Callable[..., nn.Module]) -> None:
        super().__init__()
        self.conv1 = conv(width_in, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = conv(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.stride = stride
        self.extra = width - width_in

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        shortcut = x[:, :, :: self.stride, :: self.stride] if self.stride > 1 else x
        if self.extra:
            shortcut = F.pad(shortcut, (0, 0, 0, 0, self.extra // 2, self.extra - self.extra // 2))
        return F.relu(y + shortcut)


class CifarResNet(CifarNetwork):
    """A residual network of depth 6·blocks + 2.

    ``stem``, ``conv`` and ``linear`` make its first convolution, the others and its last layer; ``after`` what follows
    each of its three stages, if anything, from the stage's width.
    """

    def __init__(
        self,
        blocks: int,
        classes: int = 10,
        width: int = 16,
        stem: Callable[..., nn.Module] = nn.Conv2d,
        conv: Callable[..., nn.Module] = nn.Conv2d,
        linear: Callable[..., nn.Module] = nn.Linear,
        after: Callable[[int], nn.Module] | None = None,
    ) -> None:
        super().__init__()
        self.stem = stem(3, width, 3, 1, 1, bias=False)
        self.bn = nn.BatchNorm2d(width)
        self.blocks = nn.Sequential()
        width_in = width
        for stage in range(3):
            for block in range(blocks):
                stride = 2 if stage > 0 and block == 0 else 1
                self.blocks.add_module(str(stage * blocks + block), _Block(width_in, width << stage, stride, conv))
                width_in = width << stage
            if after:
                self.blocks.add_module(f"after{stage}", after(width_in))
        self.head = linear(width_in, classes)
        self.initialise()

    def forward(self, images: Tensor) -> Tensor:
        x = F.relu(self.bn(self.stem(self.normalize(images))))
        logits: Tensor = self.head(self.blocks(x).mean((2, 3)))
        return logits


def resnet20(classes: int = 10) -> CifarResNet:
    """ResNet-20: 0.27 million parameters."""
    return CifarResNet(3, classes)


def resnet56(classes: int = 10) -> CifarResNet:
    """ResNet-56: 0.85 million parameters."""
    return CifarResNet(9, classes)


def resnet20_rse(classes: int = 10) -> CifarResNet:
    """ResNet-20 with RSE's noise before every convolution; it has the same weights as ResNet-20.

    The first noise is added to the normalised image, so that its deviation is about 0.05 in pixel units.
    """
    inner = partial(NoisyConv2d, deviation=RSE_INNER)
    return CifarResNet(3, classes, stem=partial(NoisyConv2d, deviation=RSE_FIRST), conv=inner)


def resnet20_pni(classes: int = 10) -> CifarResNet:
    """ResNet-20 with PNI's noise on the weights of all layers; ResNet-20's weights and one scale for each layer."""
    return CifarResNet(3, classes, stem=NoisyWeightConv2d, conv=NoisyWeightConv2d, linear=NoisyWeightLinear)


def resnet20_fd(classes: int = 10) -> CifarResNet:
    """ResNet-20 with FD's denoising block after each stage; ResNet-20's weights and the blocks' own."""
    return CifarResNet(3, classes, after=DenoisingBlock)
