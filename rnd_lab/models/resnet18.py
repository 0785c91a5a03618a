"""ResNet-18 (He et al., CVPR 2016, table 1) for 32 x 32 images: a 3 x 3 first convolution, and no pooling after it."""

from torch import Tensor, nn
from torch.nn import functional as F

from rnd_lab.models.cifar_network import CifarNetwork


class _Block(nn.Module):
    """Two 3 x 3 convolutions around a shortcut, 1 x 1 where the width changes (the paper's option B)."""

    def __init__(self, width_in: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width_in, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.shortcut = nn.Sequential()
        if width_in != width:
            self.shortcut.extend([nn.Conv2d(width_in, width, 1, stride, bias=False), nn.BatchNorm2d(width)])

    def forward(self, x: Tensor) -> Tensor:
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.shortcut(x))


class ResNet18(CifarNetwork):
    """ResNet-18: 11.2 million parameters."""

    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
        self.bn = nn.BatchNorm2d(64)
        self.blocks = nn.Sequential()
        width_in = 64
        for stage in range(4):
            width = 64 << stage
            self.blocks.extend([_Block(width_in, width, 2 if stage else 1), _Block(width, width, 1)])
            width_in = width
        self.head = nn.Linear(width_in, classes)
        self.initialise()

    def forward(self, images: Tensor) -> Tensor:
        x = F.relu(self.bn(self.stem(self.normalize(images))))
        logits: Tensor = self.head(self.blocks(x).mean((2, 3)))
        return logits
