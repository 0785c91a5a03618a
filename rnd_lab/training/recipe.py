"""What a training run does, declared once."""

from typing import Literal

from rnd_lab.primitives.spec import Spec, setting


class Recipe(Spec):
    """Supervised training of a CIFAR-10 network: SGD with Nesterov momentum, one-cycle rate, crops and flips.

    The rate rises linearly over ``warmup`` and then follows a half cosine to zero.
    """

    architecture: Literal["resnet20", "resnet56"] = setting("resnet20", help="Network to train.")
    epochs: int = setting(50, ge=1, help="Passes over the training images.", unit="epochs")
    batch_size: int = setting(128, ge=1, help="Images per step.", unit="images")
    rate: float = setting(0.2, gt=0, help="Highest learning rate.")
    warmup: float = setting(0.1, ge=0, le=1, help="Part of the run in which the learning rate rises.")
    momentum: float = setting(0.9, ge=0, le=1, help="Nesterov momentum.")
    weight_decay: float = setting(5e-4, ge=0, help="Weight decay.")
    seed: int = setting(0, ge=0, help="Seed of the initial weights, the order of the images and their crops.")
