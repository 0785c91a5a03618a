"""The forward pass of training."""

from collections.abc import Callable, Mapping
from functools import cache

import torch
from torch import Tensor, nn


def logits_of(network: nn.Module, images: Tensor) -> Tensor:
    """Logits float32 [n, classes] of images float32 [n, c, h, w] in [0, 1], in bfloat16 where that is quicker.

    Of networks that have further heads in training mode (GoogLeNet, Inception), the last one's.
    """
    kind = images.device.type
    with torch.autocast(kind, dtype=torch.bfloat16, enabled=kind != "cpu" or _computes_in_bfloat16()):
        answer = network(images.contiguous(memory_format=torch.channels_last))
    logits: Tensor = getattr(answer, "logits", answer)
    return logits.float()


@cache
def _computes_in_bfloat16() -> bool:
    """Whether this processor does; others emulate it, which took nine times as long as float32.

    Older versions of torch do not tell.
    """
    tell: Callable[[], Mapping[str, object]] = getattr(torch.cpu, "get_capabilities", dict)
    return any(tell().get(name) for name in ("avx512_bf16", "amx_bf16"))
