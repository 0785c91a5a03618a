"""A run as it is watched: one game, or the same game with and without the defense, step by step."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor

from rnd_lab.data.gallery import gallery
from rnd_lab.data.image import open_image
from rnd_lab.data.pixels import to_input
from rnd_lab.data.sets import find_image
from rnd_lab.defenses.defense import DefenseSpec
from rnd_lab.experiments.film import Film
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.game.driver import Driver
from rnd_lab.game.forward import Forward
from rnd_lab.game.ledger import Account
from rnd_lab.game.outcome import Game, Outcome, Trace
from rnd_lab.models.classifier import Classifier
from rnd_lab.models.load import load
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.geometry import l2, linf

SideName = Literal["defended", "undefended"]

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class SideView:
    """What one side of a duel looks like at a moment; arrays are copies.

    ``told`` float32 [probes]: the loss of each probe, the mean over M answers. ``true`` float32 [looks, 2]: probes
    made, and the noise-free loss of the iterate then. ``image`` float32 [c, h, w]. ``told_probabilities`` and
    ``true_probabilities`` float32 [classes] of the iterate. Norms in pixel units. ``outcome`` once the side has ended.
    """

    told: Floats
    true: Floats
    image: Floats
    linf: float
    l2: float
    account: Account
    decisions: int
    flips: int
    told_probabilities: Floats
    true_probabilities: Floats
    outcome: Outcome | None

    @property
    def flipped(self) -> float:
        """Share of the attack's decisions that the noise turned; 0 before the first."""
        return self.flips / self.decisions if self.decisions else 0.0


@dataclass(frozen=True)
class Snapshot:
    """All sides of a run at one moment."""

    sides: dict[SideName, SideView]
    done: bool


@dataclass(frozen=True)
class Scene:
    """What a run needs from outside, loaded: the model and its input, float32 [c, h, w], of true class ``label``."""

    classifier: Classifier
    image: Tensor
    label: int
    probabilities: Tensor


def pick_device(name: str = "auto") -> str:
    """The torch device to use: a GPU where there is one, for "auto". Raises LabError for one that is missing."""
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise LabError("There is no CUDA device here. Choose the device 'cpu' or 'auto'.")
    return name


def set_scene(spec: RunSpec, device: str = "auto", progress: Callable[[int, int], None] | None = None) -> Scene:
    """Load the model and the image of a run, and look at the clean image once.

    ``progress`` hears (done, total) bytes of a download. Raises LabError where anything is missing or wrong.
    """
    classifier = load(spec.model, pick_device(device), progress)
    return see(classifier, spec, progress)


def see(classifier: Classifier, spec: RunSpec, progress: Callable[[int, int], None] | None = None) -> Scene:
    """Show a run's image to a loaded model.

    The true class is the run's; else that of the gallery, where the model was made for the same data set, or that of
    the image's data set; else what the model says. ``progress`` hears (done, total) bytes of a data set's download.

    Raises LabError for an unreadable image, a class that the model lacks, or a data set of other classes.
    """
    picture, known = _picture_and_label(classifier, spec, progress)
    image = to_input(picture, classifier.input_size, classifier.resize_to)
    probabilities = Forward(classifier.network)(image[None].to(classifier.device))[0].softmax(0).cpu()
    label = known if spec.label is None else spec.label
    if label is None:
        label = int(probabilities.argmax())
    for name, index in (("true", label), ("target", spec.target)):
        if index is not None and index >= len(classifier.labels):
            raise LabError(
                f"The {name} class {index} is not one of the model's {len(classifier.labels)} classes "
                f"(0 … {len(classifier.labels) - 1})."
            )
    if spec.target == label:
        raise LabError(f"The target class, {classifier.labels[label]}, is already the true class. Choose another one.")
    return Scene(classifier, image, label, probabilities)


def _picture_and_label(
    classifier: Classifier, spec: RunSpec, progress: Callable[[int, int], None] | None
) -> tuple[Image.Image, int | None]:
    shipped = next((entry for entry in gallery() if entry.name == spec.image), None)
    if shipped:
        return open_image(shipped.path), shipped.label if shipped.data_set == classifier.data_set else None
    found = find_image(spec.image, progress)
    if found is None:
        return open_image(spec.image), None
    image_set, index = found
    if spec.label is None and not image_set.fits(classifier.data_set):
        raise LabError(
            f"The classes of {image_set.name} ({image_set.data_set}) are not those of {classifier.name} "
            f"({classifier.data_set}). Choose another model, or say what the true class is."
        )
    return image_set.picture(index), image_set.labels[index]


class Side:
    """One game in its own driver, with the frames of a film."""

    def __init__(self, driver: Driver, game: Game) -> None:
        self.driver = driver
        self.game = game
        self.film = Film(game.image)
        self.outcome: Outcome | None = next(iter(driver.admit([game])), None)
        played = self.outcome or driver.seat(0)
        self.trace = played.trace if played else Trace()

    @property
    def account(self) -> Account:
        """Queries used so far."""
        return self.outcome.account if self.outcome else self.driver.account(0)

    @property
    def image(self) -> Tensor:
        """The attack's best guess so far, float32 [c, h, w]."""
        return self.outcome.image if self.outcome else self.driver.image(0)

    def step(self) -> None:
        """One step of the attack, unless the game has ended."""
        if self.outcome is None:
            self.outcome = next(iter(self.driver.step()), None)
            self.film.add(len(self.trace.told), self.image, last=self.outcome is not None)

    def view(self) -> SideView:
        """A copy of the state."""
        trace, image = self.trace, self.image
        delta = (image - self.game.image)[None]
        latest = self.outcome or self.driver.seat(0)
        return SideView(
            told=np.array(trace.told, np.float32),
            true=np.array(trace.true, np.float32).reshape(-1, 2),
            image=image.numpy().copy(),
            linf=float(linf(delta)),
            l2=float(l2(delta)),
            account=self.account,
            decisions=trace.decisions,
            flips=trace.flips,
            told_probabilities=_probabilities(latest.told_scores if latest else None),
            true_probabilities=_probabilities(latest.true_scores if latest else None),
            outcome=self.outcome,
        )


class Duel:
    """A run in progress: the defended side and, in a duel, the undefended one, in step.

    Both sides are the same game: same image, same seed, so the attacker draws the same numbers. Where the run has no
    defense there is one side only, "undefended". The lab watches both (see ``Driver.watch``).
    """

    def __init__(self, spec: RunSpec, scene: Scene, *, watch: bool = True) -> None:
        self.spec = spec
        self.scene = scene
        game = Game(spec.image, scene.image, scene.label, spec.seed, spec.target)
        names: list[SideName] = ["defended"] if spec.defense else []
        if spec.duel or not names:
            names.append("undefended")
        self.sides = {name: Side(self._driver(self.side_spec(name).defense, watch), game) for name in names}

    @property
    def done(self) -> bool:
        """Whether every side has ended."""
        return all(side.outcome for side in self.sides.values())

    def side_spec(self, name: SideName) -> RunSpec:
        """The run that one side plays by itself."""
        return self.spec if name == "defended" else self.spec.model_copy(update={"defense": ()})

    def step(self) -> None:
        """One step of the attack on every side that is still playing."""
        for side in self.sides.values():
            side.step()

    def snapshot(self) -> Snapshot:
        """What there is to see now."""
        return Snapshot({name: side.view() for name, side in self.sides.items()}, self.done)

    def _driver(self, defenses: tuple[DefenseSpec, ...], watch: bool) -> Driver:
        spec, scene = self.spec, self.scene
        _, height, width = scene.image.shape
        return Driver(
            Forward(scene.classifier.network),
            defenses,
            spec.attack,
            spec.threat,
            spec.referee,
            shape=(3, height, width),
            watch=watch,
            device=str(scene.classifier.device),
        )


def _probabilities(scores: Tensor | None) -> Floats:
    if scores is None:
        return np.zeros(0, np.float32)
    return scores.softmax(0).cpu().numpy().astype(np.float32)
