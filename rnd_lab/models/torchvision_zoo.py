"""torchvision's pretrained classifiers, fetched on first use."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn

from rnd_lab.models.architectures import require_known, torchvision_names
from rnd_lab.models.digest import weights_digest
from rnd_lab.models.download import fetch
from rnd_lab.models.normalize import Normalize
from rnd_lab.models.opened import Opened, usual_resize
from rnd_lab.models.spec import ModelSpec
from rnd_lab.models.weights_file import read_weights
from rnd_lab.primitives.errors import LabError

PREFIX = "torchvision:"


def open_torchvision(spec: ModelSpec, progress: Callable[[int, int], None] | None = None) -> Opened:
    """Open ``torchvision:NAME`` with its best weights, or ``torchvision:NAME@WEIGHTS`` with those.

    The file is kept in torch hub's folder; ``progress`` is told the bytes done and in all, and may raise to cancel.

    Raises LabError for unknown names, and where the weights cannot be fetched or opened safely.
    """
    from rnd_lab.primitives.torchvision_safe import torchvision

    name, _, version = spec.source.removeprefix(PREFIX).partition("@")
    require_known(name, torchvision_names())
    weights = _choose(name, version)
    # torchvision's own loader would unpickle without protection: it only gets a file that proved to be harmless.
    read_weights(fetch(weights.url, Path(torch.hub.get_dir()) / "checkpoints", progress))
    preset = weights.transforms()
    network = nn.Sequential(Normalize(preset.mean, preset.std), torchvision.models.get_model(name, weights=weights))
    network.eval().requires_grad_(False)
    size, resize_to = preset.crop_size[0], preset.resize_size[0]
    if spec.input_size not in (None, size):
        size, resize_to = spec.input_size, usual_resize(spec.input_size)
    return Opened(
        name=name,
        network=network,
        input_size=(size, size),
        resize_to=resize_to,
        digest=weights_digest(network),
        description=f"torchvision's {name} with the weights {weights.name}",
        labels=tuple(weights.meta["categories"]),
        data_set="imagenet",
    )


def _choose(name: str, version: str) -> Any:
    from rnd_lab.primitives.torchvision_safe import torchvision

    weights = torchvision.models.get_model_weights(name)
    versions = {member.name: member for member in weights if member.meta["categories"]}  # some are no classifier's
    if version and version not in versions:
        raise LabError(f"torchvision's {name} has no weights '{version}'. It has {', '.join(versions)}.")
    return versions[version] if version else weights.DEFAULT
