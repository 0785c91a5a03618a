"""What was measured, kept on disk: a folder for each model, choice of images and seed, a file for each ν."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np

import rnd_lab
from rnd_lab.defenses.defense import DefenseSpec
from rnd_lab.evaluation.stage import Stage
from rnd_lab.game.calibrate import Bools
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.files import write_whole


class KeptRows:
    """The rows of one measurement, bool [images] by ν; their files hold a digit for each image, 1 for right."""

    def __init__(self, folder: Path, stage: Stage, inside: Sequence[DefenseSpec], seed: int) -> None:
        """``folder`` is that of all measurements; ``inside`` is the defense inside the model."""
        model, images = stage.classifier, stage.images
        what = (model.digest, model.input_size, model.resize_to, inside, images.digest, stage.selection, seed)
        self._folder = folder / sha256(repr((rnd_lab.__version__, what)).encode()).hexdigest()
        self._images = len(stage.selection)

    def read(self, nus: Sequence[float], warn: Callable[[str], None]) -> dict[float, Bools]:
        """What was measured under these ν; a damaged file is left out, and ``warn`` is told."""
        rows = {}
        for nu in nus:
            if (path := self._path(nu)).exists():
                try:
                    rows[nu] = self._read(path)
                except (OSError, ValueError) as error:
                    warn(f"What was measured under ν = {nu:g} cannot be read back and is measured again: {error}")
        return rows

    def write(self, nu: float, row: Bools) -> None:
        """Keep what was measured under a ν. Raises LabError where it cannot be written."""
        try:
            write_whole(self._path(nu), "".join("1" if right else "0" for right in row))
        except OSError as error:
            raise LabError(f"What is measured cannot be kept in {self._folder}: {error.strerror or error}.") from error

    def _path(self, nu: float) -> Path:
        return self._folder / f"{nu}.txt"

    def _read(self, path: Path) -> Bools:
        digits = path.read_text(encoding="ascii")
        if len(digits) != self._images or not set(digits) <= {"0", "1"}:
            raise ValueError(f"{path} is damaged.")
        return np.array([digit == "1" for digit in digits])
