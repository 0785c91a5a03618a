"""The training loop, whose runs are kept as they go: a resumed one equals an uninterrupted one."""

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
from rnd_lab.training.checkpoint import Checkpoints, Epoch, Part
from rnd_lab.training.images import TrainingImages
from rnd_lab.training.measure import measure_accuracy
from rnd_lab.training.recipe import Recipe
from rnd_lab.training.start import start_from

WATCHED, WATCHED_NOISE = 500, 0.05
"""How many test images the log's accuracies are measured on, evenly spread, and ν (pixel units) of the noisy one."""
KEPT_EVERY = 600
"""Seconds after which an epoch that is not finished is kept too."""


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
    an epoch is kept; an exception that it raises stops the run. Kept is every epoch, and a long one every ten minutes.
    Every random number depends on the seed, the epoch and the step alone, so a resumed run equals an uninterrupted one
    on a CPU with as many threads; only the dropout of some of torchvision's networks draws from torch's own generator,
    which other threads may disturb. The accuracy on some images of ``watch`` is logged after every epoch. The forward
    runs in bfloat16 on a GPU, and on a processor that computes in it.

    Raises LabError where ``folder`` holds another run or cannot be written, or the weights of ``start`` do not fit.
    """
    checkpoints = Checkpoints(folder, recipe, data.digest, start.digest if start else "")
    make_folder(folder)
    network = _first_network(recipe, start, device)
    optimizer = _optimizer(recipe, network)
    trainer = _Trainer(recipe, data, network, optimizer, device)
    log, part = checkpoints.restore(network, optimizer)
    if len(log) == recipe.epochs:  # the last line may not have been written when the epoch was kept
        checkpoints.write_log(log)
    steps = math.ceil(len(data) / recipe.batch_size)

    def told(done: int, loss: float) -> None:
        report(Progress(len(log) * steps + done, recipe.epochs * steps, loss, tuple(log)))

    def keep(part: Part) -> None:
        checkpoints.save(network, optimizer, log, part)

    for epoch in range(len(log), recipe.epochs):
        line = trainer.play(epoch, part, keep, told)
        log.append(line if watch is None else _watched(line, recipe, network, watch, device))
        checkpoints.save(network, optimizer, log)
        checkpoints.write_log(log)
        part = Part()
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


@dataclass(frozen=True)
class _Trainer:
    recipe: Recipe
    data: TrainingImages
    network: nn.Module
    optimizer: torch.optim.Optimizer
    device: str

    def play(self, epoch: int, part: Part, keep: Callable[[Part], None], told: Callable[[int, float], None]) -> Epoch:
        """Train for one epoch (from 0), or for what is left of it after ``part``.

        ``keep`` is called from time to time, and ``told`` after each step with how many are done, and its loss.
        """
        recipe, data, device = self.recipe, self.data, self.device
        number = recipe.seed * 1_000_003 + epoch
        torch.manual_seed(number)  # for dropout
        generator, noise = torch.Generator().manual_seed(number), torch.Generator(device).manual_seed(~number)
        batches = torch.split(torch.randperm(len(data), generator=generator), recipe.batch_size)
        draws = (generator, noise, *_own_generators(device))
        kind = torch.device(device).type
        if part.device == kind:
            for drawing, state in zip(draws, part.draws, strict=True):
                drawing.set_state(state)
        elif part.steps:  # another kind of device would draw other numbers anyway
            for place, drawing in enumerate(draws):
                drawing.manual_seed(((number + place) * 1_000_003 + part.steps) % 2**63)
        kept = time.monotonic()
        started = kept - part.seconds
        self.network.train()
        for rows in batches[part.steps :]:
            self._set_rate((epoch * len(batches) + part.steps) / (recipe.epochs * len(batches)))
            images, labels = (tensor.to(device) for tensor in data.batch(rows, generator))
            with recipe.noise(self.network, noise):
                loss, logits = recipe.objective(self.network, images, labels, noise)
                value = self._descend(loss)
            now = time.monotonic()
            part.steps += 1
            part.loss_sum += value * len(rows)
            part.correct += float((logits.argmax(1) == labels).sum())
            part.seconds = now - started
            if now - kept >= KEPT_EVERY and part.steps < len(batches):
                kept, part.device = now, kind
                part.draws = tuple(drawing.get_state() for drawing in draws)
                keep(part)
            told(part.steps, value)
        return Epoch(epoch + 1, part.loss_sum / len(data), part.correct / len(data), part.seconds)

    def _descend(self, loss: Tensor) -> float:
        value = loss.item()
        if not math.isfinite(value):
            raise LabError(
                "Training diverged: the loss is not a number any more. Lower the learning rate and start again."
            )
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        self.optimizer.step()
        return value

    def _set_rate(self, progress: float) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.rate_at(progress)


def _own_generators(device: str) -> tuple[torch.Generator, ...]:
    """Those of torch's own that dropout draws from."""
    place = torch.device(device)
    if place.type != "cuda":
        return (torch.default_generator,)
    index = torch.cuda.current_device() if place.index is None else place.index
    return torch.default_generator, torch.cuda.default_generators[index]


def _watched(line: Epoch, recipe: Recipe, network: nn.Module, watch: LabelledImages, device: str) -> Epoch:
    """The log's line with the accuracies on watched images."""
    network.eval()
    rows = torch.linspace(0, len(watch) - 1, min(len(watch), WATCHED)).round().long()  # sets may be sorted by class
    some = replace(watch, images=watch.images[rows], labels=watch.labels[rows])

    def accuracy(nu: float) -> float:
        found = measure_accuracy(network, some, nu, device=device, defense=recipe.defense)
        return found.correct / found.images

    return replace(line, clean=accuracy(0), noisy=accuracy(WATCHED_NOISE))
