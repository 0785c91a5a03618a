"""Defenses that are noise inside a network that was trained with it."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn

from rnd_lab.defenses.defense import Inside
from rnd_lab.models.noise import NoisyLayer, keyed, noise_on
from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.errors import LabError


def noise_inside(kind: type[NoisyLayer], rows: Rows, title: str, example: str) -> Inside:
    """Noise in all layers of one kind, each image's from its own row.

    Where the network has none, entering raises a LabError that names ``title`` and the ``example`` of one that has.
    """

    @contextmanager
    def enter(network: nn.Module, rows: Rows) -> Iterator[None]:
        with noise_on(network, kind, keyed(rows)) as layers:
            if layers == 0:
                raise LabError(
                    f"{title} is noise inside a network that was trained with it, and this model has no such layers. "
                    f"Choose a model of the architecture {example}, or take {title} out of the stack."
                )
            yield

    return Inside(enter, rows)
