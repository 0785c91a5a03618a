"""What the panel knows beside the parameters: what the model is made for, and what it says of the clean image."""

from dataclasses import dataclass

from rnd_lab.experiments.duel import Scene
from rnd_lab.experiments.run_spec import RunSpec


@dataclass(frozen=True)
class World:
    """``labels`` and ``scene`` are empty until the model is loaded; ``data_set`` is known by name or from the scene."""

    data_set: str = "cifar10"
    labels: tuple[str, ...] = ()
    scene: Scene | None = None


def needs(spec: RunSpec) -> tuple[object, ...]:
    """What has to be loaded anew where it changes."""
    return spec.model, spec.image, spec.label, spec.target
