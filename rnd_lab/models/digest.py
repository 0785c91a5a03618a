"""Identity of a network's weights."""

import hashlib
from itertools import chain

import torch
from torch import nn


def weights_digest(network: nn.Module) -> str:
    """sha256 (hex) of a network's parameters and buffers, its normalisation included, whatever their memory layout.

    Counters of batches, which no answer depends on, are left out.
    """
    digest = hashlib.sha256()
    tensors = chain(network.named_parameters(), network.named_buffers())
    for name, tensor in sorted(tensors, key=lambda pair: pair[0]):
        if not name.endswith("num_batches_tracked"):
            digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
            digest.update(tensor.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().data)
    return digest.hexdigest()
