"""Which model to load and what has to be said about it, declared once. Loads no torch."""

from typing import Self

from pydantic import model_validator

from rnd_lab.primitives.spec import Spec, setting

WEIGHT_SUFFIXES = (".safetensors", ".pt", ".pth")
MODEL_SUFFIXES = (*WEIGHT_SUFFIXES, ".pt2")
"""Endings of files that are models."""


class ModelSpec(Spec):
    """A model by name or by file; only ``source`` is needed for those that come with the lab or torchvision."""

    source: str = setting(
        "cifar10-resnet20",
        label="Model",
        help="A model that comes with the lab, torchvision:NAME (or torchvision:NAME@WEIGHTS, such as "
        "torchvision:resnet50@IMAGENET1K_V1), or the path of weights (.safetensors, .pt, .pth) or of a program "
        "exported by torch.export (.pt2).",
    )
    architecture: str | None = setting(
        None,
        label="Architecture",
        help="For files of weights: one of the lab's own, such as resnet20, vgg16-cifar or wrn28-10, or a name of "
        "torchvision. Empty: found from the weights where they are the lab's own.",
    )
    input_size: int | None = setting(
        None,
        ge=1,
        unit="pixels",
        label="Input size",
        help="Side of the square input. Empty: what the model is made for.",
    )
    labels: str | None = setting(
        None, label="Class names", help="Path of a text file with one class a line. Empty: guessed from their number."
    )
    mean: tuple[float, float, float] | None = setting(
        None,
        label="Mean",
        help="Red, green and blue mean (of pixels in [0, 1]) that is subtracted before a network from a file. "
        "Empty: none for a .pt2, CIFAR-10's for the lab's architectures, ImageNet's for torchvision's.",
    )
    std: tuple[float, float, float] | None = setting(
        None, label="Standard deviation", help="Red, green and blue number that the difference is divided by."
    )
    trust: bool = setting(
        False,
        label="I trust this file",
        help="Needed to open a .pt2: torch unpickles parts of it without protection, so a malicious one can run "
        "any program on this computer. Files of weights never need it.",
    )

    @model_validator(mode="after")
    def _check_statistics(self) -> Self:
        if (self.mean is None) != (self.std is None):
            raise ValueError("mean and std belong together: give both or none")
        if self.std is not None and min(self.std) <= 0:
            raise ValueError("std must be above 0")
        return self
