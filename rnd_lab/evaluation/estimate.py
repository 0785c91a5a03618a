"""How much an evaluation is, before it is begun: at most so many queries, and about so much time."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from rnd_lab.data.set_spec import DataSpec
from rnd_lab.data.sets import open_set
from rnd_lab.defenses.catalog import AnyDefense
from rnd_lab.defenses.defense import DefenseSpec, is_random
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.evaluation.axes import with_nu
from rnd_lab.evaluation.spec import DefendedModel, EvaluationSpec
from rnd_lab.experiments.duel import pick_device
from rnd_lab.game.cost import defended_logits
from rnd_lab.game.forward import Forward
from rnd_lab.models.classifier import Classifier
from rnd_lab.models.load import load
from rnd_lab.models.spec import ModelSpec
from rnd_lab.models.torchvision_zoo import PREFIX
from rnd_lab.results.cell import CellSpec

MEASURED_FOR = 0.3
"""Seconds that a defended model is asked for; more would hardly change the result."""
CIFAR10_TEST = 10_000
"""Images of CIFAR-10's test set, which need not be fetched to be counted."""
FEW, MANY = 8, 128
QUICK = 0.05
"""A defended model that answers a few images in so many seconds is asked many at a time."""


@dataclass(frozen=True)
class Effort:
    """What an evaluation takes at most.

    ``images`` are those of one cell, ``queries`` what all budgets allow; ``forwards`` count the lab's own looks too,
    for each defended model.
    """

    cells: int
    images: int
    queries: int
    forwards: dict[DefendedModel, int]

    @property
    def games(self) -> int:
        """Games in all."""
        return self.cells * self.images

    def seconds(self, rates: dict[DefendedModel, float]) -> float | None:
        """Time at the given answers a second of each defended model; None where one of them is not known."""
        if not self.forwards.keys() <= rates.keys():
            return None
        return sum(count / rates[defended] for defended, count in self.forwards.items())


def effort(spec: EvaluationSpec) -> Effort:
    """Count an evaluation. Raises LabError where its data set cannot be opened; downloads nothing."""
    images = count_images(spec.data)
    cells = [cell for _, cell in spec.cells()]
    forwards: dict[DefendedModel, int] = {}
    for cell in cells:
        defended = timed_as(cell.model, cell.defense)
        forwards[defended] = forwards.get(defended, 0) + images * most_forwards(cell)
    queries = images * sum(cell.threat.allowance for cell in cells)
    return Effort(len(cells), images, queries, forwards)


def timed_as(model: ModelSpec, defense: tuple[AnyDefense, ...]) -> DefendedModel:
    """What the time of an answer depends on: no title, and the usual ν wherever RND is in the stack."""
    return DefendedModel(model=model, defense=with_nu(defense, RndSpec().nu))


def count_images(data: DataSpec) -> int:
    """How many images are chosen. Raises LabError as :func:`open_set` does; downloads nothing."""
    there = CIFAR10_TEST if data.source == "cifar10" else len(open_set(data))
    return min(data.images or there, there)


def most_forwards(cell: CellSpec) -> int:
    """Answers that one game takes at most: probes, their repeats, what the referee and the lab ask, the control.

    Without randomness it takes fewer: answers that are known are not asked for again.
    """
    threat, referee = cell.threat, cell.referee
    steps = threat.allowance // (threat.eot * cell.attack.fewest_probes)
    judged = steps * (referee.votes if referee.ends in ("vote", "mean") else 1)
    bare = referee.ends == "noise_free"
    looked = steps * bare + bare + cell.watch * (threat.allowance // threat.eot + steps)
    controlled = judged if cell.control and is_random(cell.defense) and not bare else 0
    return threat.allowance + judged + looked + controlled + referee.votes + 2


def answer_rate(defended: DefendedModel, device: str = "auto") -> float | None:
    """Images a second that a defended model answers here, measured for a moment; None where that needs a download.

    Raises LabError where the model cannot be loaded, or does not answer through this stack.
    """
    if defended.model.source.startswith(PREFIX):
        return None
    classifier = load(defended.model, pick_device(device))
    count = FEW
    answer_time(classifier, defended.defense, count)
    if answer_time(classifier, defended.defense, count) < QUICK:
        count = MANY
        answer_time(classifier, defended.defense, count)
    asked, seconds = 0, 0.0
    while seconds < MEASURED_FOR:
        seconds += answer_time(classifier, defended.defense, count)
        asked += count
    return asked / seconds


def answer_time(classifier: Classifier, defense: Sequence[DefenseSpec], count: int) -> float:
    """Seconds in which a loaded model answers ``count`` images at once through a stack; the first time is slow.

    Raises LabError where it does not answer.
    """
    images = torch.full((count, 3, *classifier.input_size), 0.5, device=classifier.device)
    forward = Forward(classifier.network)
    start = time.perf_counter()
    defended_logits(forward, defense, images, range(count))
    return time.perf_counter() - start
