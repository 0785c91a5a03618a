"""The forward pass of training."""

import torch
from torch import Tensor, nn


def logits_of(network: nn.Module, images: Tensor) -> Tensor:
    """Logits float32 [n, classes] of images float32 [n, c, h, w] in [0, 1], computed in bfloat16 where it is safe.

    Of networks that have further heads in training mode (GoogLeNet, Inception), the last one's.
    """
    with torch.autocast(images.device.type, dtype=torch.bfloat16):
        answer = network(images.contiguous(memory_format=torch.channels_last))
    logits: Tensor = getattr(answer, "logits", answer)
    return logits.float()
