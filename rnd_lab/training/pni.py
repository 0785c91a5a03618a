"""PNI, Parametric Noise Injection (He, Rakin, Fan; CVPR 2019)."""

from contextlib import AbstractContextManager
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rnd_lab.defenses.pni import PniSpec
from rnd_lab.models.noise import NoisyWeight, fresh, noise_on
from rnd_lab.primitives.spec import setting
from rnd_lab.training.adversarial import EIGHT, Adversarial
from rnd_lab.training.forward import logits_of


class PniRecipe(Adversarial):
    """Half the cross-entropy on clean and half on adversarial images, each pass with fresh noise on the weights.

    Trained against a single step it is less robust, the more so the longer; the authors take seven.
    """

    title: ClassVar = "adversarial training with noise on the weights"
    defense: ClassVar = PniSpec()

    kind: Literal["pni"] = "pni"
    architecture: Literal["resnet20-pni"] = setting("resnet20-pni", help="Network to train.")
    epochs: int = setting(16, ge=1, help="Passes over the training images.", unit="epochs")
    steps: int = setting(3, ge=1, help="Gradient steps of the attack; 1 is single-step training.")
    step: float = setting(EIGHT / 2, ge=0, le=1, help="Length of a gradient step.", unit="pixel")

    def objective(
        self, network: nn.Module, images: Tensor, labels: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        clean = F.cross_entropy(logits_of(network, images), labels)
        logits = logits_of(network, self.attacked(network, images, labels, generator))
        return (clean + F.cross_entropy(logits, labels)) / 2, logits

    def decays(self, parameter: str) -> bool:
        """Not on the scales of the noise, as in the authors' code."""
        return not parameter.endswith("alpha")

    def noise(self, network: nn.Module, generator: torch.Generator) -> AbstractContextManager[Any]:
        return noise_on(network, NoisyWeight, fresh(generator))
