"""Wide residual networks for 32 x 32 images (Zagoruyko and Komodakis, BMVC 2016)."""

from torch import Tensor, nn
from torch.nn import functional as F

from rnd_lab.models.cifar_network import CifarNetwork


class _Block(nn.Module):
    """Normalisation and ReLU before each of two 3 x 3 convolutions; a 1 x 1 shortcut where the width changes."""

    def __init__(self, width_in: int, width: int, stride: int) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(width_in)
        self.conv1 = nn.Conv2d(width_in, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.shortcut = None if width_in == width else nn.Conv2d(width_in, width, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn1(x))
        shortcut = x if self.shortcut is None else self.shortcut(y)
        out: Tensor = self.conv2(F.relu(self.bn2(self.conv1(y)))) + shortcut
        return out


class WideResNet(CifarNetwork):
    """A network of depth 6·blocks + 4 whose three stages have 16, 32 and 64 times ``widen`` channels."""

    def __init__(self, blocks: int, widen: int, classes: int) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        self.blocks = nn.Sequential()
        width_in = 16
        for stage in range(3):
            for block in range(blocks):
                width = widen * 16 << stage
                self.blocks.append(_Block(width_in, width, 2 if stage > 0 and block == 0 else 1))
                width_in = width
        self.bn = nn.BatchNorm2d(width_in)
        self.head = nn.Linear(width_in, classes)
        self.initialise()

    def forward(self, images: Tensor) -> Tensor:
        x = self.blocks(self.stem(self.normalize(images)))
        logits: Tensor = self.head(F.relu(self.bn(x)).mean((2, 3)))
        return logits


def wrn16_4(classes: int = 10) -> WideResNet:
    """WRN-16-4: 2.7 million parameters."""
    return WideResNet(2, 4, classes)


def wrn28_10(classes: int = 10) -> WideResNet:
    """WRN-28-10: 36.5 million parameters."""
    return WideResNet(4, 10, classes)
