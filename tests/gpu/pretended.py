"""A GPU that is not there: its tensors lie on the CPU with a mark, and whoever mixes devices gets an error.

So a machine without a GPU tells where a tensor was made on the wrong device. What a real one computes it cannot tell,
and what other threads do it does not see.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves

CPU, GPU = torch.device("cpu"), torch.device("cuda", 0)
UNCHECKED = ("copy_", "_has_compatible_shallow_copy_type")
"""What takes tensors of several devices."""


def place(it: object) -> torch.device:
    """Where a tensor or a generator pretends to be."""
    return getattr(it, "pretended", CPU)


class Generator(torch.Generator):
    """A generator that knows where it should be."""

    pretended = CPU

    def __new__(cls, device: Any = CPU) -> "Generator":
        made = super().__new__(cls)
        made.pretended = _meant(device)
        return made

    def __init__(self, device: Any = CPU) -> None:
        pass

    @property
    def device(self) -> torch.device:
        return self.pretended


class PretendedGpu(TorchFunctionMode):
    """Sees every call of torch with a tensor or a device in it; ``used`` tells whether anything was put on the GPU."""

    def __init__(self) -> None:
        super().__init__()
        self.used = False

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        name = func.__self__.__name__ if func.__name__ in ("__get__", "__set__") else func.__name__
        leaves = tree_leaves((args, kwargs))
        tensors = [it for it in leaves if isinstance(it, Tensor)]
        if name == "device" and tensors:
            return place(args[0])
        if name == "is_cuda":
            return place(args[0]) == GPU
        if name in ("numpy", "__array__") and place(args[0]) == GPU:
            raise TypeError("can't convert a tensor on the GPU to numpy")
        target = _target(name, args, kwargs)
        self.used |= target == GPU
        at = target or _common(name, args, tensors)
        for it in leaves:
            if isinstance(it, torch.Generator) and place(it) != at:
                raise RuntimeError(f"{name}: the generator is on {place(it)}, the tensor on {at}")
        if target is not None:
            args, kwargs = _on_the_cpu(name, args, kwargs)
        found = func(*args, **kwargs)
        if name == "data":  # read, or replaced by a tensor that may be elsewhere
            args[0].pretended = at
        for it in tree_leaves(found) if isinstance(found, tuple | list | Tensor) else ():
            if isinstance(it, Tensor):
                it.pretended = at
        return found


def _meant(device: Any) -> torch.device:
    return GPU if torch.device(device).type == "cuda" else CPU


def _target(name: str, args: Any, kwargs: dict[str, Any]) -> torch.device | None:
    """The device that is asked for, if any."""
    if name == "cpu":
        return CPU
    if kwargs.get("device") is not None:
        return _meant(kwargs["device"])
    if name == "to":
        for it in args[1:]:
            if isinstance(it, Tensor):
                return place(it)
            if isinstance(it, str | torch.device):
                return _meant(it)
    return None


def _on_the_cpu(name: str, args: Any, kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The arguments for the CPU; what is moved becomes another tensor, as it would."""
    if "device" in kwargs:
        kwargs["device"] = CPU
    if name == "to":
        args = tuple(CPU if isinstance(it, str | torch.device) else it for it in args)
        kwargs["copy"] = True
    if name == "cpu":
        args = (args[0].clone(),)
    return args, kwargs


def _common(name: str, args: Any, tensors: list[Tensor]) -> torch.device:
    """Where all of them are. Raises RuntimeError where they are not together; a single number may be on the CPU."""
    if name == "data":
        return place(args[-1])
    if name in UNCHECKED:
        return place(args[0])
    if name in ("__getitem__", "__setitem__") and place(args[0]) == GPU:  # indices may be on the CPU
        tensors = [args[0], *(it for it in args[2:] if isinstance(it, Tensor))]
    joined = name in ("cat", "stack")
    places = {place(it) for it in tensors if it.dim() or joined or place(it) == GPU} or {CPU}
    if len(places) > 1:
        raise RuntimeError(f"{name}: tensors on several devices")
    return places.pop()


@contextmanager
def pretended_gpu(monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendedGpu]:
    """Let torch have a GPU."""
    autocast = torch.autocast
    with monkeypatch.context() as patch:
        patch.setattr(torch, "Generator", Generator)
        patch.setattr(torch, "autocast", lambda kind, **settings: autocast("cpu", **settings))
        patch.setattr(torch.cuda, "is_available", lambda: True)
        patch.setattr(torch.cuda, "device_count", lambda: 1)
        patch.setattr(torch.cuda, "current_device", lambda: 0)
        patch.setattr(torch.cuda, "default_generators", (Generator(GPU),))
        with PretendedGpu() as gpu:
            yield gpu
