"""Networks by name: the lab's own, and torchvision's classifiers."""

import difflib
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn

from rnd_lab.models.opened import usual_resize
from rnd_lab.models.resnet import CifarResNet, resnet20, resnet56
from rnd_lab.primitives.errors import LabError

OWN: Mapping[str, Callable[[int], CifarResNet]] = {"resnet20": resnet20, "resnet56": resnet56}


def torchvision_names() -> tuple[str, ...]:
    """Names of torchvision's classifiers. Imports torchvision, which takes seconds."""
    from rnd_lab.primitives.torchvision_safe import torchvision

    return tuple(torchvision.models.list_models(module=torchvision.models))


def require_known(architecture: str, known: tuple[str, ...]) -> None:
    """Raise LabError, naming what is similar, unless ``architecture`` is one of ``known``."""
    if architecture not in known:
        similar = difflib.get_close_matches(architecture, known, 5) or known[:5]
        raise LabError(f"There is no architecture '{architecture}'. Similar names: {', '.join(similar)}.")


def build(architecture: str, classes: int) -> nn.Module:
    """Make an untrained network with logits [n, ``classes``]; only the lab's own normalise their input.

    Raises LabError for a name that is neither the lab's nor torchvision's.
    """
    if architecture in OWN:
        return OWN[architecture](classes)
    require_known(architecture, (*OWN, *torchvision_names()))
    from rnd_lab.primitives.torchvision_safe import torchvision

    slow: dict[str, Any] = {"init_weights": False} if architecture in ("googlenet", "inception_v3") else {}
    network: nn.Module = torchvision.models.get_model(architecture, weights=None, num_classes=classes, **slow)
    return network


def outline(architecture: str) -> dict[str, torch.Size]:
    """Names and shapes of a network's tensors, the head's last; makes no room for them where it can.

    Raises LabError as :func:`build` does.
    """
    try:
        with torch.device("meta"):
            network = build(architecture, 10)
    except NotImplementedError:  # RegNet reads numbers back while it is built
        network = build(architecture, 10)
    return {name: tensor.shape for name, tensor in network.state_dict().items()}


def usual_size(architecture: str) -> tuple[int, int]:
    """Side of the input and the shorter side before the centre crop (pixels) that ``architecture`` is made for."""
    if architecture in OWN:
        return 32, usual_resize(32)
    from rnd_lab.primitives.torchvision_safe import torchvision

    preset = torchvision.models.get_model_weights(architecture).DEFAULT.transforms()
    return preset.crop_size[0], preset.resize_size[0]
