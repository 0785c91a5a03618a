"""The training loop: a checkpoint after every epoch, and a resumed run that equals an uninterrupted one."""

import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rnd_lab.data.cifar10 import LabelledImages
from rnd_lab.data.classes import CIFAR10
from rnd_lab.models.architectures import build
from rnd_lab.primitives.errors import LabError
from rnd_lab.training.augment import crop_and_flip, pad
from rnd_lab.training.recipe import Recipe


@dataclass(frozen=True)
class Epoch:
    """One line of the training log: means over the epoch's steps, and the seconds that it took."""

    epoch: int
    loss: float
    accuracy: float
    seconds: float


@dataclass(frozen=True)
class Progress:
    """Where a run is: ``done`` of ``total`` steps, and the log so far."""

    done: int
    total: int
    loss: float
    log: tuple[Epoch, ...]


def train(
    recipe: Recipe,
    data: LabelledImages,
    folder: Path,
    report: Callable[[Progress], None] = lambda progress: None,
    device: str = "cpu",
) -> nn.Module:
    """Train by ``recipe`` on ``data``, or go on where ``folder`` says that an earlier run was cut off.

    ``report`` is called after every step; an exception that it raises stops the run, and the epochs
    finished by then are kept. Every random number depends on (seed, epoch) alone, so a resumed run equals an
    uninterrupted one on the same device. The forward runs in bfloat16.

    Raises LabError where ``folder`` holds a run of another recipe or other data.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(recipe.seed)
    network = build(recipe.architecture, len(CIFAR10))
    network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = torch.optim.SGD(
        network.parameters(),
        recipe.rate,
        recipe.momentum,
        weight_decay=recipe.weight_decay,
        nesterov=recipe.momentum > 0,
    )
    checkpoint = folder / "checkpoint.pt"
    log = _restore(checkpoint, recipe, data, network, optimizer, device)
    padded = pad(data.images)
    steps = math.ceil(len(data) / recipe.batch_size)
    network.train()
    for epoch in range(len(log), recipe.epochs):
        started = time.monotonic()
        generator = torch.Generator().manual_seed(recipe.seed * 1_000_003 + epoch)
        order = torch.randperm(len(data), generator=generator)
        loss_sum = correct = 0.0
        for step, rows in enumerate(torch.split(order, recipe.batch_size)):
            _set_rate(optimizer, recipe, (epoch * steps + step) / (recipe.epochs * steps))
            images = crop_and_flip(padded, rows, generator).to(device, memory_format=torch.channels_last)
            labels = data.labels[rows].to(device)
            loss, logits = _step(network, optimizer, images, labels)
            loss_sum += loss * len(rows)
            correct += float((logits.argmax(1) == labels).sum())
            report(Progress(epoch * steps + step + 1, recipe.epochs * steps, loss, tuple(log)))
        log.append(Epoch(epoch + 1, loss_sum / len(data), correct / len(data), time.monotonic() - started))
        (folder / "log.json").write_text(json.dumps([asdict(line) for line in log], indent=1))
        _save(checkpoint, recipe, data, network, optimizer, log)
    return network.eval()


def _step(network: nn.Module, optimizer: torch.optim.Optimizer, images: Tensor, labels: Tensor) -> tuple[float, Tensor]:
    with torch.autocast(images.device.type, dtype=torch.bfloat16):
        logits = network(images)
    loss = F.cross_entropy(logits.float(), labels)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    value = loss.item()
    if not math.isfinite(value):
        raise LabError("Training diverged: the loss is not a number any more. Lower the learning rate and start again.")
    return value, logits.detach()


def _set_rate(optimizer: torch.optim.Optimizer, recipe: Recipe, progress: float) -> None:
    if progress < recipe.warmup:
        factor = progress / recipe.warmup
    else:
        factor = 0.5 * (1 + math.cos(math.pi * (progress - recipe.warmup) / (1 - recipe.warmup)))
    for group in optimizer.param_groups:
        group["lr"] = recipe.rate * factor


def _save(
    checkpoint: Path,
    recipe: Recipe,
    data: LabelledImages,
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    log: list[Epoch],
) -> None:
    part = checkpoint.with_suffix(".part")
    torch.save(
        {
            "recipe": recipe.model_dump_json(),
            "data": data.digest,
            "network": network.state_dict(),
            "optimizer": optimizer.state_dict(),
            "log": [asdict(line) for line in log],
        },
        part,
    )
    part.replace(checkpoint)


def _restore(
    checkpoint: Path,
    recipe: Recipe,
    data: LabelledImages,
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    device: str,
) -> list[Epoch]:
    if not checkpoint.exists():
        return []
    state: dict[str, Any] = torch.load(checkpoint, map_location=device, weights_only=True)
    if state["recipe"] != recipe.model_dump_json() or state["data"] != data.digest:
        raise LabError(
            f"{checkpoint.parent} holds a run with another recipe or other images. Choose another folder, or delete it "
            "to start again."
        )
    network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    return [Epoch(**line) for line in state["log"]]
