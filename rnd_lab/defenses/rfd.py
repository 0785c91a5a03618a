"""RFD, the randomized feature defense (Nguyen, Lao, Pham, Wong, Doan; ICLR 2024)."""

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, ClassVar, Literal

from torch import Tensor, nn

from rnd_lab.defenses.defense import Answer, DefenseSpec, Inside
from rnd_lab.models.fit import AUXILIARY
from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.spec import setting


class RfdSpec(DefenseSpec):
    """The network runs with ν·v, v ~ N(0, I) drawn anew, added to the features that one of its layers puts out."""

    title: ClassVar = "RFD"
    summary: ClassVar = "Adds fresh Gaussian noise to hidden features of the network."
    random: ClassVar = True

    name: Literal["rfd"] = "rfd"
    nu: float = setting(
        3.0,
        ge=0,
        label="ν",
        unit="feature",
        help="Standard deviation of the noise. It belongs to a model and a layer, whose features have a scale of their "
        "own. Published: what costs 1 to 2 % accuracy; 3 does so after the last block of the bundled ResNet-20.",
    )
    layer: str | None = setting(
        None,
        help="Name of the layer in the network, such as layer3 or features.12. Empty: the last part before the head.",
    )

    def answer(self, images: Tensor, rows: Rows, model: Answer) -> Tensor:
        return model(images, (Inside(self._noisy, rows),))

    @contextmanager
    def _noisy(self, network: nn.Module, rows: Rows) -> Iterator[None]:
        """Add the noise of ``rows`` while the network runs.

        Raises LabError where the layer is missing, does not run, or puts out anything but one tensor for each image.
        """
        name = self.layer or last_features(network)
        calls = count()

        def add_noise(module: nn.Module, inputs: object, features: Any) -> Tensor:
            if not isinstance(features, Tensor) or len(features) != len(rows.keys):
                raise LabError(f"The layer '{name}' does not put out one tensor for each image. Choose another one.")
            noise = rows.normal(f"features/{next(calls)}", features.shape[1:])
            return features + self.nu * noise.to(features.dtype)

        hook = find_layer(network, name).register_forward_hook(add_noise)
        try:
            yield
        finally:
            hook.remove()
        if not next(calls):
            raise LabError(f"The layer '{name}' does not run when the model answers. Choose another one.")


def find_layer(network: nn.Module, name: str) -> nn.Module:
    """The module of that name. Raises LabError, naming what is similar, where there is none."""
    layers: dict[str, nn.Module] = dict(network.named_modules())
    if not name or name not in layers:
        known = [layer for layer in layers if layer]
        similar = difflib.get_close_matches(name, known, 5) or known[-5:]
        raise LabError(f"The model has no layer '{name}'. Similar names: {', '.join(similar) or 'none'}.")
    return layers[name]


def last_features(network: nn.Module) -> str:
    """Name of the last part before the head: of the parts with parameters, the last but one.

    Wrappers, such as a normalisation around the network, are looked into; heads that only training uses are not.

    Raises LabError where there is only one part.
    """
    name = ""
    while True:
        learnt = [part for part, module in network.named_children() if next(module.parameters(), None) is not None]
        parts = [part for part in learnt if not f"{part}.".startswith(AUXILIARY)]
        if len(parts) > 1:
            return name + parts[-2]
        if not parts:
            raise LabError("The model has no hidden layer that RFD could find. Name one.")
        network, name = network.get_submodule(parts[0]), f"{name}{parts[0]}."
