"""Standard supervised training."""

from typing import ClassVar, Literal

from rnd_lab.primitives.spec import setting
from rnd_lab.training.recipe import Plain, Recipe


class StandardRecipe(Recipe):
    """Cross-entropy on clean images."""

    title: ClassVar = "standard training"

    kind: Literal["standard"] = "standard"
    architecture: Plain = setting("resnet20", help="Network to train.")
    epochs: int = setting(50, ge=1, help="Passes over the training images.", unit="epochs")
    rate: float = setting(0.2, gt=0, help="Highest learning rate.")
