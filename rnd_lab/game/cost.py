"""What a defense costs those who attack nothing: accuracy, changed answers, calibration, time, false alarms."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from rnd_lab.data.pixels import image_key
from rnd_lab.defenses.defense import Answer, DefenseSpec, answer_stack, detectors
from rnd_lab.game.bootstrap import resampled
from rnd_lab.primitives.draws import Rows, game_key
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.statistics import CONFIDENCE, NOTHING, Estimate, median, share

BINS = 15
BATCH = 500
TIMED_BATCH = 64
REPEATS = 15


@dataclass(frozen=True)
class Cost:
    """What a stack of defenses costs on clean images, each asked once.

    ``accuracy``, ``flips`` (answers whose class the undefended model would not give) and ``flagged`` (images that a
    stateful defense takes for an attack when one user sends them all) are shares with Wilson intervals. ``ece`` is
    the expected calibration error with a bootstrap interval. ``milliseconds`` a query takes in batches of 64, and
    ``slowdown`` is that over the undefended model's time just before; both are medians over repeated batches, with
    bootstrap intervals.
    """

    images: int
    accuracy: Estimate
    flips: Estimate
    flagged: Estimate
    ece: Estimate
    milliseconds: Estimate
    slowdown: Estimate


def measure_cost(
    forward: Answer, defenses: Sequence[DefenseSpec], images: Tensor, labels: Tensor, seed: int = 0
) -> Cost:
    """Measure a stack of defenses on images float32 [n, 3, h, w] in [0, 1] with their classes int64 [n].

    An image's random numbers come from ``seed`` and its pixels, so that they are the same in every company.

    Raises LabError where there is no image.
    """
    if len(images) == 0:
        raise LabError("There are no images to measure on. Choose at least one.")
    keys = keys_of(images, seed)
    defended, plain = defended_logits(forward, defenses, images, keys), defended_logits(forward, (), images, keys)
    predicted = defended.argmax(1)
    correct = predicted == labels.cpu()
    flips = int((predicted != plain.argmax(1)).sum())
    confidence = defended.softmax(1).amax(1)
    milliseconds, slowdown = _time(forward, defenses, images[:TIMED_BATCH], keys[:TIMED_BATCH])
    return Cost(
        images=len(images),
        accuracy=share(int(correct.sum()), len(images)),
        flips=share(flips, len(images)),
        flagged=share(_flagged(defenses, images, seed), len(images)),
        ece=calibration_error(confidence.double().numpy(), correct.numpy()),
        milliseconds=milliseconds,
        slowdown=slowdown,
    )


def keys_of(images: Tensor, seed: int) -> list[int]:
    """The key of each image's random numbers."""
    return [game_key(seed, image_key(image)) for image in images]


def defended_logits(forward: Answer, defenses: Sequence[DefenseSpec], images: Tensor, keys: Sequence[int]) -> Tensor:
    """One answer to each image through the stack: logits float32 [n, classes], on the CPU."""
    answers = []
    for start in range(0, len(images), BATCH):
        batch, own = images[start : start + BATCH], keys[start : start + BATCH]
        answers.append(answer_stack(defenses, batch, Rows(own, [0] * len(own), "clean", images.device), forward).cpu())
    return torch.cat(answers)


def calibration_error(confidence: npt.NDArray[np.float64], correct: npt.NDArray[np.bool_]) -> Estimate:
    """Expected calibration error over 15 bins of equal width (Guo, Pleiss, Sun, Weinberger; ICML 2017).

    ``confidence`` [n] is the highest probability of each answer, ``correct`` [n] whether it was right. The estimate
    errs upwards, most where a model is well calibrated. A resample errs once more, so the interval is the basic
    bootstrap's, which takes that off again, cut at 0.
    """
    if len(confidence) == 0:
        return NOTHING
    bins = np.clip(np.ceil(confidence * BINS).astype(np.int64) - 1, 0, BINS - 1)
    gaps = correct - confidence

    def error(rows: npt.NDArray[np.int64]) -> float:
        return float(np.abs(np.bincount(bins[rows], gaps[rows], BINS)).sum()) / len(rows)

    value = error(np.arange(len(bins)))
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(resampled(len(bins), error), [tail, 1 - tail])
    return Estimate(value, max(2 * value - float(high), 0.0), max(2 * value - float(low), 0.0))


def _flagged(defenses: Sequence[DefenseSpec], images: Tensor, seed: int) -> int:
    watching = detectors(defenses, seed)
    return sum(sum(detector.flags(image) for detector in watching) > 0 for image in images)


def _time(
    forward: Answer, defenses: Sequence[DefenseSpec], images: Tensor, keys: Sequence[int]
) -> tuple[Estimate, Estimate]:
    """Milliseconds for a query, and how many times the undefended model's; the two are timed in turns."""

    def run(stack: Sequence[DefenseSpec]) -> float:
        start = time.perf_counter()
        defended_logits(forward, stack, images, keys)
        _flagged(stack, images, 0)
        return (time.perf_counter() - start) * 1000 / len(images)

    pairs = [(run(()), run(defenses)) for _ in range(REPEATS)]
    return median([defended for _, defended in pairs]), median([defended / plain for plain, defended in pairs])
