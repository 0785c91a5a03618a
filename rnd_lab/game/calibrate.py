"""How much noise a model bears: its accuracy over ν, and the largest ν that costs little of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from rnd_lab.data.image_set import ImageSet
from rnd_lab.data.pixels import to_input
from rnd_lab.defenses.catalog import DEFENSES
from rnd_lab.defenses.defense import Answer, DefenseSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.game.cost import defended_logits, keys_of
from rnd_lab.models.classifier import Classifier
from rnd_lab.models.known import card_of
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.statistics import CONFIDENCE, RESAMPLES, Estimate, Floats, share

Bools = npt.NDArray[np.bool_]

AT_ONCE = 3_000_000
"""Numbers of a batch of inputs (12 MB): 20 photographs, which take a CPU seconds at most: stopping is prompt."""
LARGEST_BATCH = 500
HELD = 2**30
"""Bytes of inputs that are held in memory; those of larger data sets are read again for every ν."""
TOLERANCE = 1e-9
"""Far below one image of any data set, and above the rounding of a share."""


@dataclass(frozen=True)
class Batch:
    """Inputs float32 [n, 3, h, w] in [0, 1], their classes int64 [n], and the keys of their noise."""

    inputs: Tensor
    labels: Tensor
    keys: Sequence[int]


class CleanImages:
    """The chosen images of a data set as a model takes them, in batches on the model's device.

    An image's noise comes from ``seed`` and its pixels alone, so that models are compared on the same noisy images.
    Iterating raises LabError for a picture that cannot be read.
    """

    def __init__(self, classifier: Classifier, images: ImageSet, selection: Sequence[int], seed: int = 0) -> None:
        self._classifier, self._images, self._seed = classifier, images, seed
        height, width = classifier.input_size
        numbers = 3 * height * width
        step = min(max(AT_ONCE // numbers, 1), LARGEST_BATCH)
        self._parts = [selection[start : start + step] for start in range(0, len(selection), step)]
        self._hold = 4 * numbers * len(selection) <= HELD
        self._held: dict[int, Batch] = {}
        self._device = classifier.device

    def __iter__(self) -> Iterator[Batch]:
        for place, part in enumerate(self._parts):
            batch = self._held.get(place) or self._read(part)
            if self._hold:
                self._held[place] = batch
            yield Batch(batch.inputs.to(self._device), batch.labels, batch.keys)

    def _read(self, part: Sequence[int]) -> Batch:
        inputs, labels = read_inputs(self._classifier, self._images, part)
        return Batch(inputs, labels, keys_of(inputs, self._seed))


def read_inputs(classifier: Classifier, images: ImageSet, selection: Sequence[int]) -> tuple[Tensor, Tensor]:
    """Inputs float32 [n, 3, h, w] on the CPU, and classes int64 [n], of some images of a data set.

    Raises LabError for a picture that cannot be read.
    """
    pictures = (images.picture(number) for number in selection)
    inputs = [to_input(picture, classifier.input_size, classifier.resize_to) for picture in pictures]
    return torch.stack(inputs), torch.tensor([images.labels[number] for number in selection])


@dataclass(frozen=True)
class Answered:
    """So many ``images`` were asked under ``nu`` just now; ``correct`` bool [all images] once all of them were."""

    nu: float
    images: int
    correct: Bools | None


def grid(nus: Sequence[float]) -> tuple[float, ...]:
    """The ν to measure, ascending from 0, the clean images. Raises LabError for a ν outside 0 … 1."""
    if wrong := [nu for nu in nus if not 0 <= nu <= 1]:
        raise LabError(f"ν = {wrong[0]:g} is not between 0 and 1, the range of a pixel. Choose another one.")
    return tuple(sorted({0.0, *nus}))


def defense_inside(model: ModelSpec) -> tuple[DefenseSpec, ...]:
    """The defense that a model was trained and measured with, as its card names it; nothing where there is none.

    Raises LabError for a card that cannot be read, or a defense that is not known.
    """
    card = card_of(model.source)
    name = card.defense if card else ""
    if name and name not in DEFENSES:
        raise LabError(
            f"The card of {model.source} names a defense '{name}', which this version of the lab does not know. "
            "Update the lab."
        )
    return (DEFENSES[name].model_validate({}),) if name else ()


def ask_clean(
    forward: Answer, batches: Iterable[Batch], nus: Sequence[float], inside: Sequence[DefenseSpec] = ()
) -> Iterator[Answered]:
    """Ask a model once about each image through RND with each ν, one ν after the other; tells after each batch.

    Between RND and the network stands what is ``inside`` the model. The images and their noise's directions are the
    same for every ν. ``batches`` are gone through once for each ν.

    Raises LabError where there is no image.
    """
    for nu in nus:
        stack = (RndSpec(nu=nu), *inside)
        right: list[Bools] = []
        count = 0
        for batch in batches:
            if count:
                yield Answered(nu, count, None)
            predicted = defended_logits(forward, stack, batch.inputs, batch.keys).argmax(1)
            right.append((predicted == batch.labels.cpu()).numpy())
            count = len(batch.labels)
        if not right:
            raise LabError("There are no images to measure on. Choose at least one.")
        yield Answered(nu, count, np.concatenate(right))


@dataclass(frozen=True)
class AccuracyCurve:
    """Whether each image was classified right under each ν: ``correct`` bool [nus, images]; ``nus`` ascend from 0."""

    nus: tuple[float, ...]
    correct: Bools

    @classmethod
    def of(cls, rows: Mapping[float, Bools]) -> "AccuracyCurve":
        """The curve of rows by ν, bool [images] each."""
        nus = tuple(sorted(rows))
        return cls(nus, np.stack([rows[nu] for nu in nus]))

    @property
    def images(self) -> int:
        """How many images it was measured on."""
        return int(self.correct.shape[1])

    @cached_property
    def accuracies(self) -> list[Estimate]:
        """The accuracy under each ν, with its Wilson interval."""
        return [share(int(row.sum()), len(row)) for row in self.correct]

    @cached_property
    def losses(self) -> Floats:
        """The share of the images that each ν costs: clean accuracy minus accuracy, float64 [nus]."""
        right = self.correct.sum(1)
        losses: Floats = (right[0] - right) / self.images
        return losses

    @cached_property
    def resampled_losses(self) -> Floats:
        """The same for 2,000 bootstrap samples of the images, float64 [2000, nus], with a fixed seed.

        A sample takes each image with its results under all ν, so that the losses are paired differences. Images with
        the same results are drawn together, by how often they occur.
        """
        kinds, counts = np.unique(self.correct.T, axis=0, return_counts=True)
        drawn = np.random.default_rng(0).multinomial(self.images, counts / self.images, size=RESAMPLES)
        right = drawn @ kinds.astype(np.int64)
        losses: Floats = (right[:, :1] - right) / self.images
        return losses


def largest_nu(curve: AccuracyCurve, max_loss: float = 0.01) -> Estimate:
    """The largest ν of the curve up to which every ν costs at most ``max_loss`` of the clean accuracy.

    The interval is the bootstrap's over images (percentiles, which are values of ν on the curve), and as much wider as
    it takes to hold the value: where several ν cost about ``max_loss``, almost every resample crosses it earlier.
    """
    tail = (1 - CONFIDENCE) / 2
    found = _places(curve.resampled_losses, max_loss)
    low, high = np.quantile(found, [tail, 1 - tail], method="inverted_cdf")
    (place,) = _places(curve.losses[None], max_loss)
    return Estimate(*(curve.nus[int(it)] for it in (place, min(low, place), max(high, place))))


@dataclass(frozen=True)
class Bearing:
    """What a defender wants to know of a model: its clean accuracy, the largest ν it bears, its accuracy under that.

    ``open`` says that no larger ν was tried, ``open_interval`` that the interval may end at a larger one for that
    reason.
    """

    clean: Estimate
    largest: Estimate
    there: Estimate
    open: bool
    open_interval: bool


def bearing(curve: AccuracyCurve, max_loss: float = 0.01) -> Bearing:
    """How much noise a model bears that may cost at most ``max_loss`` (a share) of the clean accuracy."""
    largest, last = largest_nu(curve, max_loss), curve.nus[-1]
    there = curve.accuracies[curve.nus.index(largest.value)]
    return Bearing(curve.accuracies[0], largest, there, largest.value == last, largest.high == last)


def _places(losses: Floats, max_loss: float) -> npt.NDArray[np.int64]:
    """For each row of losses, float64 [k, nus], the place of the last ν before the first that costs too much."""
    too_much = losses > max_loss + TOLERANCE
    places: npt.NDArray[np.int64] = np.where(too_much.any(1), too_much.argmax(1) - 1, losses.shape[1] - 1)
    return places
