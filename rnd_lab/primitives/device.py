"""Devices of torch by name."""

import torch

from rnd_lab.primitives.errors import LabError


def usable(name: str) -> torch.device:
    """The device of this name. Raises LabError, saying why, where nothing can be computed there."""
    try:
        return torch.zeros(1, device=name).device
    except (RuntimeError, AssertionError) as error:
        reason = str(error).split("\n")[0]
        raise LabError(f"The device '{name}' cannot be used here: {reason} Choose cpu or another device.") from error


def out_of_memory(error: Exception) -> bool:
    """Whether memory ran out: Python and CUDA have errors of their own, other devices say it in words."""
    words = ("out of memory", "DefaultCPUAllocator", "allocate memory")
    return isinstance(error, (MemoryError, torch.OutOfMemoryError)) or any(word in str(error) for word in words)
