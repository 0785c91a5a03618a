"""Read tensors from a file without ever running code from it."""

import pickle
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from rnd_lab.primitives.errors import LabError

NESTS = ("state_dict", "model_state_dict", "model", "network", "net")


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read a state dict on the CPU from .safetensors or from what torch.save wrote (``weights_only``).

    A checkpoint that keeps it under a usual name ('state_dict', 'model', ...) is opened; the prefix 'module.',
    which parallel training leaves, is dropped.

    Raises LabError for what is damaged, no state dict, or could run code when it is opened.
    """
    tensors = _state_dict(path, _read_safetensors(path) if path.suffix.lower() == ".safetensors" else _read_torch(path))
    if all(name.startswith("module.") for name in tensors):
        return {name.removeprefix("module."): tensor for name, tensor in tensors.items()}
    return tensors


def _read_safetensors(path: Path) -> object:
    try:
        return load_file(path)
    except Exception as error:  # some damaged files are told by other kinds than SafetensorError
        raise LabError(f"{path} cannot be read as safetensors; it is damaged or something else: {error}") from error


def _read_torch(path: Path) -> object:
    _refuse_programs(path)
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise LabError(
            f"{path} is no plain file of weights: opening it could run code that is hidden in it, so it was refused. "
            "Save the weights alone: torch.save(model.state_dict(), ...) or, better, a .safetensors file; "
            "or export the whole model to .pt2 with torch.export."
        ) from error
    except Exception as error:  # torch tells damaged files by many kinds of exceptions
        raise LabError(f"{path} cannot be read as PyTorch weights; it is damaged or something else: {error}") from error


def _refuse_programs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.rpartition("/")[2] for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError):
        return
    if "constants.pkl" in names:
        raise LabError(
            f"{path} is a TorchScript program, which can run code and which PyTorch has given up. Export the model to "
            ".pt2 with torch.export, or save its weights as .safetensors."
        )
    if "archive_format" in names:
        raise LabError(f"{path} is a program exported by torch.export. Rename it to end in .pt2.")


def _state_dict(path: Path, content: object) -> dict[str, Tensor]:
    candidates: list[Any] = [content]
    if isinstance(content, Mapping):
        candidates += [content.get(nest) for nest in NESTS]
    for candidate in candidates:
        if isinstance(candidate, Mapping) and candidate and all(isinstance(it, Tensor) for it in candidate.values()):
            return {str(name): tensor for name, tensor in candidate.items()}
    raise LabError(f"{path} holds no state dict. Save the weights with torch.save(model.state_dict(), ...).")
