"""GF, Gaussian-augmentation fine-tuning (Qin, Fan, Zha, Wu; NeurIPS 2021)."""

from typing import ClassVar, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from rnd_lab.models.architectures import build
from rnd_lab.models.normalize import Normalize
from rnd_lab.primitives.spec import setting
from rnd_lab.training.forward import logits_of
from rnd_lab.training.recipe import Plain, Recipe


class GaussianTuning(Recipe):
    """Cross-entropy of the logits averaged over noise: min_θ E −yᵀ log softmax(E_{δ~N(0,σ²I)} F(x + δ)).

    The paper writes −yᵀ log E F(x + δ) and calls it the cross-entropy: for logits F the softmax has to stand somewhere,
    and here it is outside the mean.
    Noisy images are clamped to [0, 1], as RND does.
    """

    title: ClassVar = "Gaussian-noise fine-tuning"

    sigma: float = setting(0.05, ge=0, le=1, label="σ", help="Standard deviation of the noise.", unit="pixel")
    spread: float = setting(
        0,
        ge=0,
        le=1,
        help="Each image's σ is drawn evenly from this part below σ to σ. The paper's 0 suits noise of that strength; "
        "with 1 the network holds on clean images too.",
    )
    samples: int = setting(2, ge=1, help="Noisy copies of each image over which the logits are averaged.")

    def objective(
        self, network: nn.Module, images: Tensor, labels: Tensor, generator: torch.Generator
    ) -> tuple[Tensor, Tensor]:
        copies = images.repeat(self.samples, 1, 1, 1)
        noise = torch.randn(copies.shape, generator=generator, device=copies.device)
        chance = torch.rand(len(images), 1, 1, 1, generator=generator, device=images.device)
        sigma = (self.sigma * (1 - self.spread * chance)).repeat(self.samples, 1, 1, 1)
        logits = logits_of(network, (copies + sigma * noise).clamp_(0, 1))
        logits = logits.view(self.samples, len(images), -1).mean(0)
        return F.cross_entropy(logits, labels), logits


class GfRecipe(GaussianTuning):
    """GF of a network for CIFAR-10."""

    kind: Literal["gf"] = "gf"
    architecture: Plain = setting("resnet20", help="Network to train.")
    epochs: int = setting(2, ge=1, help="Passes over the training images.", unit="epochs")
    rate: float = setting(0.02, gt=0, help="Highest learning rate.")


class GfImageNetRecipe(GaussianTuning):
    """GF of one of torchvision's ImageNet classifiers on folders of pictures."""

    data_set: ClassVar = "imagenet"

    kind: Literal["gf-imagenet"] = "gf-imagenet"
    architecture: str = setting("resnet18", help="Network to train: any classifier of torchvision.")
    epochs: int = setting(1, ge=1, help="Passes over the training images.", unit="epochs")
    batch_size: int = setting(64, ge=1, help="Images per step.", unit="images")
    rate: float = setting(0.002, gt=0, help="Highest learning rate.")
    weight_decay: float = setting(1e-4, ge=0, help="Weight decay.")

    @property
    def usual_start(self) -> str:
        return f"torchvision:{self.architecture}"

    def network(self) -> nn.Module:
        return nn.Sequential(Normalize.imagenet(), build(self.architecture, 1000))
