"""Networks by name: the lab's own, and torchvision's classifiers."""

import difflib
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from rnd_lab.models.cifar_network import CifarNetwork
from rnd_lab.models.opened import usual_resize
from rnd_lab.models.resnet import resnet20, resnet20_fd, resnet20_pni, resnet20_rse, resnet56
from rnd_lab.models.resnet18 import ResNet18
from rnd_lab.models.vgg import Vgg16
from rnd_lab.models.wide_resnet import wrn16_4, wrn28_10
from rnd_lab.primitives.errors import LabError

OWN: Mapping[str, Callable[[int], CifarNetwork]] = {
    "resnet20": resnet20,
    "resnet56": resnet56,
    "resnet18-cifar": ResNet18,
    "vgg16-cifar": Vgg16,
    "wrn16-4": wrn16_4,
    "wrn28-10": wrn28_10,
    "resnet20-rse": resnet20_rse,
    "resnet20-pni": resnet20_pni,
    "resnet20-fd": resnet20_fd,
}
"""The lab's own, all for images of 32 x 32; weights without a name are taken for the first of them that they fit."""

TITLES: Mapping[str, str] = {
    "resnet20": "ResNet-20",
    "resnet56": "ResNet-56",
    "resnet18-cifar": "ResNet-18",
    "vgg16-cifar": "VGG-16",
    "wrn16-4": "WRN-16-4",
    "wrn28-10": "WRN-28-10",
    "resnet20-rse": "ResNet-20 with RSE",
    "resnet20-pni": "ResNet-20 with PNI",
    "resnet20-fd": "ResNet-20 with FD",
}
"""Their names on screen."""

GOOGLE: Mapping[str, bool] = {"init_weights": False, "transform_input": True}
"""For GoogLeNet and Inception: their own first weights are slow to draw, and torchvision's weights for them expect an
input in the range −1 … 1, which the network makes of the usual one where it is told to."""


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

    settings = GOOGLE if architecture in ("googlenet", "inception_v3") else {}
    network: nn.Module = torchvision.models.get_model(architecture, weights=None, num_classes=classes, **settings)
    return network


def outline(architecture: str) -> dict[str, torch.Size]:
    """Names and shapes of a network's tensors, the head's last; makes no room for them where it can.

    Raises LabError as :func:`build` does.
    """
    reads_back = architecture.startswith("regnet")  # numbers, while it is built, which "meta" does not have
    with torch.device("cpu" if reads_back else "meta"), FirstWeights():
        network = build(architecture, 10)
    return {name: tensor.shape for name, tensor in network.state_dict().items()}


class FirstWeights(TorchFunctionMode):
    """Draws the first weights of a network from a generator; without one they are 0, which needs no draws at all.

    Either way torch's own generator, which all threads share, is left alone. Draws for which there is no room ("meta")
    would make torch import its compiler.
    """

    DRAWS = (torch.Tensor.normal_, torch.Tensor.uniform_, nn.init.normal_, nn.init.uniform_, nn.init.kaiming_uniform_)

    def __init__(self, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self._generator = generator

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        named = kwargs or {}
        if func not in self.DRAWS:
            return func(*args, **named)
        if self._generator:
            return func(*args, **named | {"generator": self._generator})
        tensor: torch.Tensor = args[0] if args else named["tensor"]
        tensor.detach().zero_()
        return tensor


def usual_size(architecture: str) -> tuple[int, int]:
    """Side of the input and the shorter side before the centre crop (pixels) that ``architecture`` is made for.

    Raises LabError as :func:`build` does.
    """
    if architecture in OWN:
        return 32, usual_resize(32)
    require_known(architecture, (*OWN, *torchvision_names()))
    from rnd_lab.primitives.torchvision_safe import torchvision

    preset = torchvision.models.get_model_weights(architecture).DEFAULT.transforms()
    return preset.crop_size[0], preset.resize_size[0]
