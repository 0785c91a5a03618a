"""A whole training run: from images that lie somewhere to a model with a card of what it can do."""

import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from rnd_lab.data.cifar10 import LabelledImages
from rnd_lab.data.cifar10_download import fetch_cifar10
from rnd_lab.models.bundled import read_card
from rnd_lab.models.card import ModelCard
from rnd_lab.models.classifier import Classifier
from rnd_lab.models.known import is_bare
from rnd_lab.models.load import load
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.device import out_of_memory, usable
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.files import make_folder, usable_path, write_whole
from rnd_lab.primitives.lock import held
from rnd_lab.primitives.spec import Spec, setting
from rnd_lab.training.bundle import bundle
from rnd_lab.training.catalog import AnyRecipe
from rnd_lab.training.data import read_images
from rnd_lab.training.images import TrainingImages
from rnd_lab.training.loop import Progress, train

CIFAR10 = "cifar10"
"""Stands for the images that are downloaded on first use."""
LONGEST_NAME = 200
"""Bytes; file systems take 255 with what is added to the name."""
SCARCE = (
    "There is not enough memory for this training. Finished epochs are kept. Choose a smaller batch or network with "
    "another name, or go on with the same ones on another device."
)
Tell = Callable[[str, int, int], None]
"""Hears what is done besides training, how much of it is done, and how much there is in all (0: not known)."""


class TrainingRun(Spec):
    """What is trained, on what, and where it is kept."""

    recipe: Annotated[AnyRecipe, Field(discriminator="kind")] = setting(help="How the network is trained.")
    data: str = setting(
        CIFAR10,
        label="Images",
        help="CIFAR-10: cifar10 (downloaded on first use), torchvision's folder, or a folder with cifar10_train.npz "
        "and cifar10_test.npz. ImageNet: a folder with the folders train and val, each with one of pictures for every "
        "class.",
    )
    test_data: str | None = setting(None, label="Test images", help="Test images, where they lie elsewhere.")
    start: str | None = setting(
        None, label="Start from", help="Model whose weights training starts from: a name or a file."
    )
    name: str = setting("my-model", label="Name", help="Name of the model.")
    out: str = setting(
        label="Folder",
        help="Folder for checkpoint, log, weights and card; an interrupted run goes on from here.",
    )

    @field_validator("name")
    @classmethod
    def _check_name(cls, name: str) -> str:
        if not re.fullmatch(r'[^<>:"|?*\\/\x00-\x1f]+', name) or name != name.strip() or name.endswith("."):
            raise ValueError(
                "must be a file's name, without folders, spaces around it, a last dot, or < > : \" | ? * \\"
            )
        if len(name.encode()) > LONGEST_NAME:
            raise ValueError("is too long")
        if name.lower() == "log":
            raise ValueError("must be another one: the log of the run is called so")
        return name

    @field_validator("data", "test_data", "out")
    @classmethod
    def _check_path(cls, path: str | None) -> str | None:
        if path:
            usable_path(path)
        return path

    @property
    def folder(self) -> Path:
        """Where everything is kept."""
        return Path(self.out).expanduser()

    @property
    def weights(self) -> Path:
        """Where the trained model lies at the end."""
        return self.folder / f"{self.name}.safetensors"

    @property
    def made_model(self) -> bool:
        """Whether the model that lies there came of this very run; its folder may have been moved since."""
        try:
            made = type(self).model_validate_json(self._record.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return made.model_copy(update={"out": self.out}) == self

    def require_free(self, **made_of: str) -> None:
        """See that no other model lies where this run saves its own; ``made_of`` are values of its card to come.

        Raises LabError where one does.
        """
        text = self.weights.with_suffix(".json")
        if self.made_model or not (self.weights.exists() or text.exists()):
            return
        try:
            card = read_card(text).model_dump(mode="json")
        except LabError:
            card = {}
        if card.items() >= ({"recipe": self.recipe.model_dump(mode="json")} | made_of).items():
            return
        raise LabError(
            f"In {self.folder} there is a model {self.name} already, which is not of this run. Choose another name or "
            "folder."
        )

    @property
    def _record(self) -> Path:
        """Says which run the model came of."""
        return self.weights.with_suffix(".run.json")

    def play(
        self,
        device: str = "cpu",
        report: Callable[[Progress], None] = lambda progress: None,
        tell: Tell = lambda doing, done, total: None,
    ) -> ModelCard:
        """Train, or go on where the folder says that a run was cut off; then measure the model, and save it.

        ``report`` hears of the training (see :func:`train`) and ``tell`` of the rest; an exception that one of them
        raises ends the run, which goes on the next time from where it was kept (see :func:`train`).

        Raises LabError, saying what to do, where anything is missing, or does not fit.
        """
        usable(device)
        try:
            return self._play(device, report, tell)
        except (MemoryError, RuntimeError) as error:
            if not out_of_memory(error):
                raise
            raise LabError(SCARCE) from error

    def _play(self, device: str, report: Callable[[Progress], None], tell: Tell) -> ModelCard:
        first = self._first(device, tell)
        train_images, test_images = self._images(tell)
        self.require_free(data_digest=train_images.digest, start_digest=first.digest if first else "")
        make_folder(self.folder)
        taken = f"Another run trains in {self.folder}. Wait for it, stop it, or choose another folder."
        with held(self.folder / "run.lock", taken):
            network = train(self.recipe, train_images, self.folder, report, device, first, test_images)
            told = partial(tell, "Measuring the model")
            card = bundle(self.folder, self.name, self.recipe, network, train_images, test_images, device, first, told)
            with suppress(OSError):  # without it, the model is measured once more
                write_whole(self._record, self.model_dump_json(indent=1) + "\n")
        return card

    def _first(self, device: str, tell: Tell) -> Classifier | None:
        source = self.start or self.recipe.usual_start
        if not source:
            return None
        tell("Loading the weights to start from", 0, 0)
        told = self.recipe.data_set == "imagenet" and is_bare(source)
        model = ModelSpec(source=source, architecture=self.recipe.architecture if told else None)
        return load(model, device, partial(tell, "Downloading the weights to start from"))

    def _images(self, tell: Tell) -> tuple[TrainingImages, LabelledImages]:
        tell("Reading the images", 0, 0)
        data = Path(self.data).expanduser()
        if self.data == CIFAR10 and self.recipe.data_set == "cifar10" and not data.exists():
            data = fetch_cifar10(partial(tell, "Downloading CIFAR-10"))
            tell("Reading the images", 0, 0)
        elsewhere = Path(self.test_data).expanduser() if self.test_data else None
        return read_images(self.recipe, data, elsewhere, partial(tell, "Reading the images"))
