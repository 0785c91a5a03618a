"""A model that is ready to be asked."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn


@dataclass(frozen=True)
class Classifier:
    """A checked model with all that is known about it.

    ``network`` takes images float32 [n, 3, h, w] in [0, 1] and returns logits float32 [n, classes]; it is in
    evaluation mode and needs no gradient. ``input_size`` is (h, w); ``resize_to`` the length of an image's shorter
    side before the centre is cut out (both pixels, see ``rnd_lab.data.pixels.to_input``). ``digest`` is a sha256
    (hex) of what decides the answers: parameters and buffers, or the whole file of a .pt2. ``data_set`` selects
    the usual ε and the gallery. ``notes`` says what was guessed.
    """

    name: str
    network: nn.Module
    input_size: tuple[int, int]
    resize_to: int
    labels: tuple[str, ...]
    digest: str
    data_set: Literal["cifar10", "imagenet", "other"]
    description: str
    notes: str = ""

    @property
    def device(self) -> torch.device:
        """Where the network is; the CPU for one without parameters."""
        return next((it.device for it in self.network.parameters()), torch.device("cpu"))
