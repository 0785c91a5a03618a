"""Residual networks for 32 x 32 images (He et al., CVPR 2016, section 4.2), with their normalisation inside."""

from torch import Tensor, nn
from torch.nn import functional as F

from rnd_lab.models.normalize import Normalize


class _Block(nn.Module):
    """Two 3 x 3 convolutions around a parameter-free shortcut (the paper's option A)."""

    def __init__(self, width_in: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width_in, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.stride = stride
        self.extra = width - width_in

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        shortcut = x[:, :, :: self.stride, :: self.stride] if self.stride > 1 else x
        if self.extra:
            shortcut = F.pad(shortcut, (0, 0, 0, 0, self.extra // 2, self.extra - self.extra // 2))
        return F.relu(y + shortcut)


class CifarResNet(nn.Module):
    """A residual network of depth 6·blocks + 2: images float32 [n, 3, 32, 32] in [0, 1] to logits [n, classes]."""

    def __init__(self, blocks: int, classes: int = 10, width: int = 16) -> None:
        super().__init__()
        self.normalize = Normalize.cifar10()
        self.stem = nn.Conv2d(3, width, 3, 1, 1, bias=False)
        self.bn = nn.BatchNorm2d(width)
        stages: list[nn.Module] = []
        width_in = width
        for stage in range(3):
            for block in range(blocks):
                stride = 2 if stage > 0 and block == 0 else 1
                stages.append(_Block(width_in, width << stage, stride))
                width_in = width << stage
        self.blocks = nn.Sequential(*stages)
        self.head = nn.Linear(width_in, classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

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
