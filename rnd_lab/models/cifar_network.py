"""What the lab's own networks share."""

from torch import nn

from rnd_lab.models.normalize import Normalize


class CifarNetwork(nn.Module):
    """Takes images float32 [n, 3, 32, 32] in [0, 1] and returns logits [n, classes]; its normalisation is inside."""

    def __init__(self) -> None:
        super().__init__()
        self.normalize = Normalize.cifar10()

    def initialise(self) -> None:
        """Give every convolution the usual random weights (He et al., ICCV 2015)."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
