"""The card that lies beside a model's weights: what it is, how it was made, and how well it does."""

from typing import Literal

from rnd_lab.primitives.spec import Spec, setting


class Accuracy(Spec):
    """How often the model is right when Gaussian noise of one strength is added to every image."""

    nu: float = setting(help="Standard deviation of the noise; 0 is the clean accuracy.", unit="pixel", ge=0)
    images: int = setting(help="Images tried.", unit="images", ge=1)
    correct: int = setting(help="Images classified right.", unit="images", ge=0)
    low: float = setting(help="Lower end of the 95 % interval of the accuracy.", ge=0, le=1)
    high: float = setting(help="Upper end of the 95 % interval of the accuracy.", ge=0, le=1)


class Robustness(Spec):
    """How often the model is right on images that ℓ∞ PGD with a random start has changed, with all its gradients."""

    epsilon: float = setting(help="Largest change of a pixel.", unit="pixel", ge=0)
    step: float = setting(help="Length of a gradient step.", unit="pixel", ge=0)
    steps: int = setting(help="Gradient steps.", ge=1)
    images: int = setting(help="Images tried.", unit="images", ge=1)
    correct: int = setting(help="Images classified right.", unit="images", ge=0)
    low: float = setting(help="Lower end of the 95 % interval of the accuracy.", ge=0, le=1)
    high: float = setting(help="Upper end of the 95 % interval of the accuracy.", ge=0, le=1)


class ModelCard(Spec):
    """Everything about a bundled model but its weights, which lie in NAME.safetensors beside NAME.json."""

    name: str = setting(help="Name in settings and on disk, such as cifar10-resnet20.")
    title: str = setting(help="Name on screen.")
    architecture: str = setting(help="One of the lab's own architectures, or of torchvision's.")
    data_set: Literal["cifar10", "imagenet", "other"] = setting(help="What it was trained on.")
    labels: tuple[str, ...] = setting(help="Class names in the order of the logits.")
    input_size: int = setting(help="Side of the square input.", unit="pixels", ge=1)
    recipe: dict[str, str | int | float | bool | None] = setting(help="Settings of the training run.")
    seed: int = setting(help="Seed of the training run.")
    start: str = setting("", help="Name of the model whose weights it started from; empty: random weights.")
    start_digest: str = setting("", help="sha256 of those weights.")
    data_digest: str = setting(help="sha256 of the training images and labels.")
    weights_digest: str = setting("", help="sha256 of the weights; filled in when the bundle is saved.")
    torch: str = setting(help="Version of torch that trained it.")
    defense: str = setting("", help="Name of the defense inside it, which was on when it was measured.")
    accuracy: tuple[Accuracy, ...] = setting((), help="Measured accuracies.")
    robustness: tuple[Robustness, ...] = setting((), help="Measured accuracies under attacks that know its weights.")
    licence: str = setting(help="Licence of the weights.")
    made_with: str = setting(help="Program and version that made it.")
