"""Programs exported by torch.export: any architecture, no source code needed, but only from people one trusts.

torch.export.load (read in torch 2.13) unpickles weights, constants and sample inputs without protection, evaluates
expressions and may load native libraries. No part of it can be switched off, hence ``ModelSpec.trust``.
"""

import hashlib
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.export import ExportedProgram

from rnd_lab.models.normalize import Normalize
from rnd_lab.models.opened import Opened, usual_resize
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError


def open_exported(path: Path, spec: ModelSpec, device: torch.device) -> Opened:
    """Open a .pt2 that takes float32 [n, 3, h, w] in [0, 1] (or what ``spec`` normalises to), n left open.

    Raises LabError unless ``spec.trust``, and where the file is damaged or takes something else.
    """
    if not spec.trust:
        raise LabError(
            f"{path.name} is a program exported by PyTorch. Opening it can run code that is hidden in it. If you made "
            "it yourself or trust its maker, switch on 'I trust this file' (trust). Weights in .safetensors are safe."
        )
    program = _read(path)
    height, width = _input_size(program, path.name, spec)
    network = _on_device(program, device)
    if spec.mean and spec.std:
        network = nn.Sequential(Normalize(spec.mean, spec.std), network)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(repr((spec.mean, spec.std)).encode())
    return Opened(
        name=path.stem,
        network=network.requires_grad_(False),
        input_size=(height, width),
        resize_to=usual_resize(min(height, width)),
        digest=digest.hexdigest(),
        description=f"the program {path.name}, exported by torch.export",
    )


def _read(path: Path) -> ExportedProgram:
    try:
        return torch.export.load(path)
    except Exception as error:  # torch tells damaged files by many kinds of exceptions
        raise LabError(
            f"{path} cannot be read as a program of torch.export, it is damaged or too old: {error}"
        ) from error


def _input_size(program: ExportedProgram, name: str, spec: ModelSpec) -> tuple[int, int]:
    shape = _input_shape(program)
    if len(shape) != 4 or shape[1] != 3:
        raise LabError(f"{name} takes {shape or 'several inputs'}, not one batch of RGB images [n, 3, h, w].")
    if isinstance(shape[0], int):
        raise LabError(
            f"{name} takes exactly {shape[0]} images at a time. Export it with an open batch: "
            "torch.export.export(model, (images,), dynamic_shapes=({0: torch.export.Dim('batch')},))."
        )
    height, width = (side if isinstance(side, int) else spec.input_size for side in shape[2:])
    if height is None or width is None:
        raise LabError(f"{name} takes images of any size. Set the input size that it is made for.")
    if spec.input_size not in (None, min(height, width)):
        raise LabError(f"{name} takes images of {height} x {width} pixels only. Leave the input size empty.")
    return height, width


def _input_shape(program: ExportedProgram) -> tuple[Any, ...]:
    names = program.graph_signature.user_inputs
    inputs = [node for node in program.graph.nodes if node.op == "placeholder" and node.name in names]
    value = inputs[0].meta.get("val") if len(inputs) == 1 else None
    return tuple(value.shape) if isinstance(value, torch.Tensor) else ()


def _on_device(program: ExportedProgram, device: torch.device) -> nn.Module:
    if device.type == "cpu":
        return program.module()
    from torch.export.passes import move_to_device_pass

    return move_to_device_pass(program, device).module()
