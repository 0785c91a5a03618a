"""Feature denoising (Xie et al., CVPR 2019)."""

from torch import Tensor, nn


class DenoisingBlock(nn.Module):
    """x + BN(W(non-local means of x)), for features [n, ``width``, h, w]; the 1 x 1 convolution W mixes the channels.

    The means are those of section 4.1 with dot products and no embedding, y_i = (1/N) Σ_j (x_iᵀ x_j) x_j over all N
    places j. Summing x_j x_jᵀ first makes the cost linear in N. The normalisation's scale starts at 0, so that a new
    block changes nothing.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 1, bias=False)
        self.bn = nn.BatchNorm2d(width)
        nn.init.zeros_(self.bn.weight)

    def forward(self, x: Tensor) -> Tensor:
        features = x.flatten(2)
        products = features @ features.transpose(1, 2) / features.shape[2]
        denoised: Tensor = self.bn(self.conv((products @ features).view_as(x)))
        return x + denoised
