"""How much an evaluation is, before it is begun: at most so many queries, and about so much time."""

import time
from dataclasses import dataclass

import torch

from rnd_lab.data.set_spec import DataSpec
from rnd_lab.data.sets import open_set
from rnd_lab.defenses.defense import is_random
from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.experiments.duel import pick_device
from rnd_lab.game.forward import Forward
from rnd_lab.models.load import load
from rnd_lab.models.spec import ModelSpec
from rnd_lab.models.torchvision_zoo import PREFIX
from rnd_lab.results.cell import CellSpec

MEASURED_FOR = 0.3
"""Seconds that a model is asked for; more would hardly change the result."""
CIFAR10_TEST = 10_000
"""Images of CIFAR-10's test set, which need not be fetched to be counted."""
FEW, MANY = 8, 128
QUICK = 0.05
"""A model that answers a few images in so many seconds is asked many at a time."""


@dataclass(frozen=True)
class Effort:
    """What an evaluation takes at most.

    ``images`` are those of one cell, ``queries`` what all budgets allow; ``forwards`` count the lab's own looks too,
    for each model.
    """

    cells: int
    images: int
    queries: int
    forwards: dict[ModelSpec, int]

    @property
    def games(self) -> int:
        """Games in all."""
        return self.cells * self.images

    def seconds(self, rates: dict[ModelSpec, float]) -> float | None:
        """Time at the given forwards a second of each model; None where one of them is not known."""
        if not self.forwards.keys() <= rates.keys():
            return None
        return sum(count / rates[model] for model, count in self.forwards.items())


def effort(spec: EvaluationSpec) -> Effort:
    """Count an evaluation. Raises LabError where its data set cannot be opened; downloads nothing."""
    images = count_images(spec.data)
    cells = [cell for _, cell in spec.cells()]
    forwards: dict[ModelSpec, int] = {}
    for cell in cells:
        forwards[cell.model] = forwards.get(cell.model, 0) + images * most_forwards(cell)
    queries = images * sum(cell.threat.allowance for cell in cells)
    return Effort(len(cells), images, queries, forwards)


def count_images(data: DataSpec) -> int:
    """How many images are chosen. Raises LabError as :func:`open_set` does; downloads nothing."""
    there = CIFAR10_TEST if data.source == "cifar10" else len(open_set(data))
    return min(data.images or there, there)


def most_forwards(cell: CellSpec) -> int:
    """Answers that one game takes at most: probes, their repeats, what the referee and the lab ask, the control.

    Without randomness it takes fewer: answers that are known are not asked for again.
    """
    threat, referee = cell.threat, cell.referee
    steps = threat.allowance // threat.eot
    judged = steps * (referee.votes if referee.ends in ("vote", "mean") else 1)
    looked = steps * (2 * cell.watch + (referee.ends == "noise_free"))
    controlled = judged if cell.control and is_random(cell.defense) and referee.ends != "noise_free" else 0
    return threat.allowance + judged + looked + controlled + referee.votes + 2


def forward_rate(model: ModelSpec, device: str = "auto") -> float | None:
    """Images a second that a model answers here, measured for a moment; None where that would need a download.

    Raises LabError where the model cannot be loaded.
    """
    if model.source.startswith(PREFIX):
        return None
    place = pick_device(device)
    classifier = load(model, place)
    forward = Forward(classifier.network)
    images = torch.rand(FEW, 3, *classifier.input_size, device=place)
    _time(forward, images)  # the first time is slow
    if _time(forward, images) < QUICK:
        images = images.repeat(MANY // FEW, 1, 1, 1)
        _time(forward, images)
    asked, seconds = 0, 0.0
    while seconds < MEASURED_FOR:
        seconds += _time(forward, images)
        asked += len(images)
    return asked / seconds


def _time(forward: Forward, images: torch.Tensor) -> float:
    """Seconds for one answer to all images; they are waited for, on a GPU too."""
    start = time.perf_counter()
    forward(images).cpu()
    return time.perf_counter() - start
