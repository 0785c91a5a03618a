"""One door to every kind of model."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from rnd_lab.models.architectures import torchvision_names
from rnd_lab.models.bundled import bundled_folder, cards, open_bundle
from rnd_lab.models.card import ModelCard
from rnd_lab.models.check import count_classes
from rnd_lab.models.classifier import Classifier
from rnd_lab.models.exported import open_exported
from rnd_lab.models.labels import Names, guess_names, names_from, read_labels
from rnd_lab.models.opened import Opened
from rnd_lab.models.spec import MODEL_SUFFIXES, ModelSpec
from rnd_lab.models.state_dict import open_state_dict
from rnd_lab.models.torchvision_zoo import PREFIX, open_torchvision
from rnd_lab.primitives.device import usable
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.files import path_of


@dataclass(frozen=True)
class Available:
    """What can be loaded by name: the cards of bundled models, and torchvision's names (without the prefix)."""

    bundled: tuple[ModelCard, ...]
    torchvision: tuple[str, ...]


def available() -> Available:
    """List what :func:`load` knows by name. Imports torchvision, which takes seconds.

    Raises LabError where the lab is not installed whole.
    """
    return Available(cards(bundled_folder()), torchvision_names())


def load(spec: ModelSpec, device: str = "cpu", progress: Callable[[int, int], None] | None = None) -> Classifier:
    """Load the model that ``spec`` names to ``device`` and check it on a black image.

    ``progress`` is told of a download's bytes, done and in all (0 where unknown); an exception that it raises
    (``Cancelled``) stops the download and leaves nothing behind.

    Raises LabError, saying what to do, for whatever is missing, damaged, unsafe, or no classifier of RGB images.
    """
    place = usable(device)
    opened = _open(spec, place, progress)
    network = opened.network.to(place)
    classes = count_classes(network, opened.name, opened.input_size, place)
    names = _names(spec, opened, classes)
    return Classifier(
        name=opened.name,
        network=network,
        input_size=opened.input_size,
        resize_to=opened.resize_to,
        labels=names.labels,
        digest=opened.digest,
        data_set=names.data_set,
        description=opened.description,
        notes=names.note,
    )


def _open(spec: ModelSpec, device: torch.device, progress: Callable[[int, int], None] | None) -> Opened:
    path = path_of(spec.source)
    if spec.source.startswith(PREFIX):
        _require_plain(spec, "architecture", "mean")
        return open_torchvision(spec, progress)
    if path.suffix.lower() not in MODEL_SUFFIXES and not path.is_file():
        _require_plain(spec, "architecture", "mean", "input_size")
        return open_bundle(bundled_folder(), spec.source)
    if not path.is_file():
        raise LabError(f"There is no file {path}. Choose the model again.")
    if path.suffix.lower() == ".pt2":
        _require_plain(spec, "architecture")
        return open_exported(path, spec, device)
    if path.suffix == ".safetensors" and path.with_suffix(".json").exists():
        _require_plain(spec, "architecture", "mean", "input_size")
        return open_bundle(path.parent, path.stem)
    return open_state_dict(path, spec)


def _require_plain(spec: ModelSpec, *fields: str) -> None:
    for field in fields:
        if getattr(spec, field) is not None:
            raise LabError(f"{spec.source} knows its {field.replace('_', ' ')} itself. Leave that setting empty.")


def _names(spec: ModelSpec, opened: Opened, classes: int) -> Names:
    if spec.labels is not None:
        names = names_from(read_labels(path_of(spec.labels)))
    elif opened.labels is not None and opened.data_set is not None:
        names = Names(opened.labels, opened.data_set)
    else:
        names = guess_names(classes, opened.input_size)
    if len(names.labels) != classes:
        source = spec.labels or f"The description of {opened.name}"
        raise LabError(f"{source} names {len(names.labels)} classes, but {opened.name} answers with {classes}.")
    return names
