"""What the cells of one model and one data set share: both, loaded."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import torch

from rnd_lab.data.pixels import to_input
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.data.sets import ImageSet, open_set, select
from rnd_lab.evaluation.control import Controls
from rnd_lab.game.outcome import Game
from rnd_lab.models.classifier import Classifier
from rnd_lab.models.load import load
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.draws import Rows, game_key
from rnd_lab.primitives.errors import LabError
from rnd_lab.results.cell import CellSpec

Tell = Callable[[str, int, int], None]
"""Hears what is being downloaded, and the bytes of it, done and in all (0 where unknown)."""


@dataclass(frozen=True)
class Stage:
    """A model, a data set, and the numbers of the images that are attacked, in the order of their games.

    ``controls`` are those of all its games.
    """

    classifier: Classifier
    images: ImageSet
    selection: tuple[int, ...]
    controls: Controls = field(default_factory=Controls)

    def game(self, cell: CellSpec, image: int) -> Game:
        """The game of a cell on one image. Raises LabError for a picture or a target class that cannot be used."""
        pixels = to_input(self.images.picture(image), self.classifier.input_size, self.classifier.resize_to)
        label = int(self.images.labels[image])
        target = self._target(cell, image, label) if cell.threat.targeted else None
        return Game(self.images.names[image], pixels, label, cell.seed, target)

    def _target(self, cell: CellSpec, image: int, label: int) -> int:
        """The data set's own target class, or one drawn evenly from the wrong ones."""
        if (given := self.images.target_labels[image]) is not None and given != label:
            if not 0 <= given < len(self.classifier.labels):
                raise LabError(
                    f"{self.images.names[image]} has the target class {given}, and {self.classifier.name} knows the "
                    f"classes 0 … {len(self.classifier.labels) - 1}. Correct the labels' file."
                )
            return int(given)
        key = game_key(cell.seed, f"{self.images.digest}/{image}")
        draw = float(Rows([key], [0], "target", torch.device("cpu")).uniform("class", (1,)))
        wrong = [number for number in range(len(self.classifier.labels)) if number != label]
        return wrong[int(draw * len(wrong))]


def set_stage(model: ModelSpec, data: DataSpec, device: str, tell: Tell = lambda what, done, total: None) -> Stage:
    """Load a model and open a data set.

    An exception that ``tell`` raises stops the download. Raises LabError where either is missing or they do not fit.
    """
    images = open_set(data, partial(tell, "CIFAR-10"))
    classifier = load(model, device, partial(tell, model.source))
    if not images.fits(classifier.data_set) or max(images.labels, default=0) >= len(classifier.labels):
        theirs = f"{images.data_set}, up to class {max(images.labels, default=0)}"
        raise LabError(
            f"The labels of {images.name} ({theirs}) are not those of {classifier.name} ({classifier.data_set}, "
            f"{len(classifier.labels)} classes). Choose images that the model was made for."
        )
    return Stage(classifier, images, tuple(select(images, data.images, data.seed)))
