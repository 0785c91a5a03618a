"""VGG-16 (Simonyan and Zisserman, ICLR 2015) for 32 x 32 images: batch normalisation, and one linear layer."""

from torch import Tensor, nn

from rnd_lab.models.cifar_network import CifarNetwork

STAGES = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
"""Channels and number of convolutions before each halving."""


class Vgg16(CifarNetwork):
    """VGG-16: 14.7 million parameters."""

    def __init__(self, classes: int = 10) -> None:
        super().__init__()
        self.features = nn.Sequential()
        width_in = 3
        for width, convolutions in STAGES:
            for _ in range(convolutions):
                convolution = nn.Conv2d(width_in, width, 3, 1, 1, bias=False)
                self.features.extend([convolution, nn.BatchNorm2d(width), nn.ReLU(inplace=True)])
                width_in = width
            self.features.append(nn.MaxPool2d(2))
        self.head = nn.Linear(width_in, classes)
        self.initialise()

    def forward(self, images: Tensor) -> Tensor:
        logits: Tensor = self.head(self.features(self.normalize(images)).flatten(1))
        return logits
