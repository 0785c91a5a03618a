"""How much noise a model bears: its accuracy over ν, and the largest ν that costs little of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from torch import Tensor

from rnd_lab.defenses.defense import Answer
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.game.bootstrap import resampled
from rnd_lab.game.cost import defended_logits, keys_of
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.statistics import CONFIDENCE, Estimate, share


@dataclass(frozen=True)
class AccuracyCurve:
    """Whether each image was classified right under each ν: ``correct`` bool [nus, images].

    ``nus`` ascend from 0, the clean images. The images and their noise's directions are the same for every ν.
    """

    nus: tuple[float, ...]
    correct: npt.NDArray[np.bool_]

    @property
    def accuracies(self) -> list[Estimate]:
        """The accuracy under each ν, with its Wilson interval."""
        return [share(int(row.sum()), len(row)) for row in self.correct]


def accuracy_curve(
    forward: Answer, images: Tensor, labels: Tensor, nus: Sequence[float], seed: int = 0
) -> AccuracyCurve:
    """Ask a model once about each image, float32 [n, 3, h, w] in [0, 1] of class int64 [n], through RND with each ν.

    0 is put before ``nus`` where it is missing. An image's noise comes from ``seed`` and its pixels alone, so that
    models are compared on the same noisy images, and that parts of a data set may be joined (see :func:`join`).

    Raises LabError where there is no image, or a ν outside 0 … 1.
    """
    if len(images) == 0:
        raise LabError("There are no images to measure on. Choose at least one.")
    if wrong := [nu for nu in nus if not 0 <= nu <= 1]:
        raise LabError(f"ν = {wrong[0]:g} is not between 0 and 1, the range of a pixel. Choose another one.")
    grid = tuple(sorted({0.0, *nus}))
    keys = keys_of(images, seed)
    correct = []
    for nu in grid:
        stack = (RndSpec(nu=nu),) if nu else ()
        correct.append((defended_logits(forward, stack, images, keys).argmax(1) == labels.cpu()).numpy())
    return AccuracyCurve(grid, np.stack(correct))


def join(parts: Sequence[AccuracyCurve]) -> AccuracyCurve:
    """The curve of all images of curves over the same ν."""
    return AccuracyCurve(parts[0].nus, np.concatenate([part.correct for part in parts], 1))


def largest_nu(curve: AccuracyCurve, max_loss: float = 0.01) -> Estimate:
    """The largest ν of the curve up to which every ν costs at most ``max_loss`` of the clean accuracy.

    The interval is the bootstrap's over images (percentiles, which are values of ν on the curve): a resample takes
    each image with its results under all ν, so that the losses are paired differences.
    """

    def largest(rows: npt.NDArray[np.int64]) -> float:
        right = curve.correct[:, rows].sum(1)
        too_much = right[0] - right > max_loss * len(rows) + 1e-9
        return curve.nus[int(too_much.argmax()) - 1] if too_much.any() else curve.nus[-1]

    count = curve.correct.shape[1]
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(resampled(count, largest), [tail, 1 - tail], method="inverted_cdf")
    return Estimate(largest(np.arange(count)), float(low), float(high))
