"""Training on adversarial images (Madry et al., ICLR 2018; single-step: Wong, Rice, Kolter, ICLR 2020)."""

from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rnd_lab.primitives.spec import setting
from rnd_lab.training.forward import logits_of
from rnd_lab.training.pgd import pgd
from rnd_lab.training.recipe import Recipe

EIGHT = 8 / 255


class Adversarial(Recipe):
    """Cross-entropy on images that ℓ∞ PGD has changed against the network as it is, in training mode.

    In evaluation mode, the averages of batch normalisation lag behind the network, and the attack would be too weak.
    """

    epochs: int = setting(10, ge=1, help="Passes over the training images.", unit="epochs")
    rate: float = setting(0.1, gt=0, help="Highest learning rate.")
    epsilon: float = setting(EIGHT, ge=0, le=1, label="ε", help="Largest change of a pixel.", unit="pixel")
    steps: int = setting(1, ge=1, help="Gradient steps of the attack; 1 is single-step training.")
    step: float = setting(1.25 * EIGHT, ge=0, le=1, help="Length of a gradient step.", unit="pixel")

    def objective(
        self, network: nn.Module, images: Tensor, labels: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        logits = logits_of(network, self.attacked(network, images, labels, generator))
        return F.cross_entropy(logits, labels), logits

    def attacked(self, network: nn.Module, images: Tensor, labels: Tensor, generator: torch.Generator) -> Tensor:
        """The adversarial images, float32 like ``images``."""
        return pgd(partial(logits_of, network), images, labels, self.epsilon, self.step, self.steps, generator)
