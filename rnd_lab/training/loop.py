"""The training loop: a checkpoint after every epoch, and a resumed run that equals an uninterrupted one."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from rnd_lab.data.cifar10 import LabelledImages
from rnd_lab.game.forward import CHANNELS_LAST
from rnd_lab.models.architectures import FirstWeights
from rnd_lab.models.classifier import Classifier
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.files import make_folder
from rnd_lab.training.checkpoint import Checkpoints, Epoch
from rnd_lab.training.images import TrainingImages
from rnd_lab.training.measure import measure_accuracy
from rnd_lab.training.recipe import Recipe
from rnd_lab.training.start import start_from

WATCHED, WATCHED_NOISE = 500, 0.05
"""How many test images the log's accuracies are measured on, evenly spread, and ν (pixel units) of the noisy one."""


@dataclass(frozen=True)
class Progress:
    """Where a run is: ``done`` of ``total`` steps, and the log so far.

    ``loss`` is that of the last step; when an epoch has just been logged, its mean.
    """

    done: int
    total: int
    loss: float
    log: tuple[Epoch, ...]


def train(
    recipe: Recipe,
    data: TrainingImages,
    folder: Path,
    report: Callable[[Progress], None] = lambda progress: None,
    device: str = "cpu",
    start: Classifier | None = None,
    watch: LabelledImages | None = None,
) -> nn.Module:
    """Train by ``recipe`` on ``data``, or go on where ``folder`` says that an earlier run was cut off.

    ``start`` gives the first weights, random ones otherwise. ``report`` is called after every step, and once more when
    an epoch is kept; an exception that it raises stops the run, and the epochs finished by then are kept. Every random
    number depends on (seed, epoch) alone, so a resumed run equals an uninterrupted one on the same device; only the
    dropout of some of torchvision's networks draws from torch's own generator, which other threads may disturb. The
    accuracy on some images of ``watch`` is logged after every epoch. The forward runs in bfloat16 on a GPU, and on
    a processor that computes in it.

    Raises LabError where ``folder`` holds another run or cannot be written, or the weights of ``start`` do not fit.
    """
    checkpoints = Checkpoints(folder, recipe, data.digest, start.digest if start else "")
    make_folder(folder)
    network = _first_network(recipe, start, device)
    optimizer = _optimizer(recipe, network)
    log = checkpoints.restore(network, optimizer)
    steps = math.ceil(len(data) / recipe.batch_size)
    for epoch in range(len(log), recipe.epochs):

        def told(done: int, loss: float) -> None:
            report(Progress(len(log) * steps + done, recipe.epochs * steps, loss, tuple(log)))

        line = _epoch(recipe, epoch, data, network, optimizer, told, device)
        log.append(line if watch is None else _watched(line, recipe, network, watch, device))
        checkpoints.save(network, optimizer, log)
        told(0, line.loss)
    return network.eval()


def _first_network(recipe: Recipe, start: Classifier | None, device: str) -> nn.Module:
    with FirstWeights(torch.Generator().manual_seed(recipe.seed)):
        network = recipe.network()
    if start is not None:
        start_from(network, start)
    return network.to(device).to(**CHANNELS_LAST)


def _optimizer(recipe: Recipe, network: nn.Module) -> torch.optim.Optimizer:
    decayed: list[nn.Parameter] = []
    others: list[nn.Parameter] = []
    for name, parameter in network.named_parameters():
        (decayed if recipe.decays(name) else others).append(parameter)
    groups: list[dict[str, Any]] = [{"params": decayed}]
    if others:
        groups.append({"params": others, "weight_decay": 0})
    nesterov = recipe.momentum > 0
    return torch.optim.SGD(groups, recipe.rate, recipe.momentum, weight_decay=recipe.weight_decay, nesterov=nesterov)


def _epoch(
    recipe: Recipe,
    epoch: int,
    data: TrainingImages,
    network: nn.Module,
    optimizer: torch.optim.Optimizer,
    told: Callable[[int, float], None],
    device: str,
) -> Epoch:
    """Train for one epoch (from 0); ``told`` hears after each step how many are done, and its loss."""
    started = time.monotonic()
    number = recipe.seed * 1_000_003 + epoch
    torch.manual_seed(number)  # for dropout
    generator, noise = torch.Generator().manual_seed(number), torch.Generator(device).manual_seed(~number)
    order = torch.randperm(len(data), generator=generator)
    steps = math.ceil(len(data) / recipe.batch_size)
    loss_sum = correct = 0.0
    network.train()
    for step, rows in enumerate(torch.split(order, recipe.batch_size)):
        _set_rate(optimizer, recipe, (epoch * steps + step) / (recipe.epochs * steps))
        images, labels = (tensor.to(device) for tensor in data.batch(rows, generator))
        with recipe.noise(network, noise):
            loss, logits = recipe.objective(network, images, labels, noise)
            value = _descend(optimizer, loss)
        loss_sum += value * len(rows)
        correct += float((logits.argmax(1) == labels).sum())
        told(step + 1, value)
    return Epoch(epoch + 1, loss_sum / len(data), correct / len(data), time.monotonic() - started)


def _descend(optimizer: torch.optim.Optimizer, loss: Tensor) -> float:
    value = loss.item()
    if not math.isfinite(value):
        raise LabError("Training diverged: the loss is not a number any more. Lower the learning rate and start again.")
    optimizer.zero_grad(set_to_none=True)
    torch.autograd.backward(loss)
    optimizer.step()
    return value


def _watched(line: Epoch, recipe: Recipe, network: nn.Module, watch: LabelledImages, device: str) -> Epoch:
    """The log's line with the accuracies on watched images."""
    network.eval()
    rows = torch.linspace(0, len(watch) - 1, min(len(watch), WATCHED)).round().long()  # sets may be sorted by class
    some = replace(watch, images=watch.images[rows], labels=watch.labels[rows])

    def accuracy(nu: float) -> float:
        found = measure_accuracy(network, some, nu, device=device, defense=recipe.defense)
        return found.correct / found.images

    return replace(line, clean=accuracy(0), noisy=accuracy(WATCHED_NOISE))


def _set_rate(optimizer: torch.optim.Optimizer, recipe: Recipe, progress: float) -> None:
    if progress < recipe.warmup:
        factor = progress / recipe.warmup
    else:
        factor = 0.5 * (1 + math.cos(math.pi * (progress - recipe.warmup) / (1 - recipe.warmup)))
    for group in optimizer.param_groups:
        group["lr"] = recipe.rate * factor
