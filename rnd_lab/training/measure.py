"""How often a network is right: clean, under noise, and under an attack that knows its weights."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from rnd_lab.data.cifar10 import LabelledImages
from rnd_lab.defenses.defense import DefenseSpec, answer_stack
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.game.forward import Forward
from rnd_lab.models.card import Accuracy, Robustness
from rnd_lab.primitives.device import out_of_memory
from rnd_lab.primitives.draws import Rows, game_key
from rnd_lab.primitives.statistics import share
from rnd_lab.training.forward import logits_of
from rnd_lab.training.pgd import pgd
from rnd_lab.training.recipe import Recipe

BATCH = 500
LARGE = 64
"""Images with longer sides (pixels) are run so few at a time."""
Told = Callable[[int], None]
"""Hears how many more images were answered, often with 0, so that it can end a long measurement by raising."""
EPSILON, STEP, STEPS = 8 / 255, 2 / 255, 20
"""The usual attack of :func:`measure_robustness`, PGD-20: both lengths in pixel units."""


def measure_accuracy(
    network: nn.Module,
    data: LabelledImages,
    nu: float,
    seed: int = 0,
    device: str = "cpu",
    defense: DefenseSpec | None = None,
    told: Told = lambda count: None,
) -> Accuracy:
    """Accuracy with its 95 % Wilson interval when every image is asked once through RND with ``nu`` (pixel units).

    Between RND and the network stands ``defense``, if any.
    """
    forward = _forward(network, data)
    stack = (defense,) if defense else ()

    def asked(images: Tensor, labels: Tensor, rows: Rows) -> Tensor:
        noisy = RndSpec(nu=nu).answer(images, rows, lambda images, inside=(): images) if nu else images
        return answer_stack(stack, noisy, rows, forward)

    correct = _count_right(data, seed, device, asked, told)
    estimate = share(correct, len(data))
    return Accuracy(nu=nu, images=len(data), correct=correct, low=round(estimate.low, 4), high=round(estimate.high, 4))


def measure_robustness(
    network: nn.Module,
    data: LabelledImages,
    recipe: Recipe,
    seed: int = 0,
    device: str = "cpu",
    told: Told = lambda count: None,
    *,
    epsilon: float = EPSILON,
    step: float = STEP,
    steps: int = STEPS,
) -> Robustness:
    """Accuracy with its 95 % Wilson interval on images that PGD has changed within ``epsilon`` by ``steps`` steps.

    ``epsilon`` and ``step``, the length of a step, are in pixel units. What ``recipe`` has on inside the network is on,
    drawn anew for each gradient and for the final answer. Gradients may be computed in bfloat16 (as in training), the
    answer is not.
    """
    forward = _forward(network, data)
    generator = torch.Generator(device).manual_seed(seed)
    stack = (recipe.defense,) if recipe.defense else ()

    def logits(images: Tensor) -> Tensor:
        told(0)
        return logits_of(network, images)

    def changed(images: Tensor, labels: Tensor) -> Tensor:
        with recipe.noise(network, generator):
            return pgd(logits, images, labels, epsilon, step, steps, generator)

    def attacked(images: Tensor, labels: Tensor, rows: Rows) -> Tensor:
        return answer_stack(stack, _halving(changed, images, labels.to(device)), rows, forward)

    correct = _count_right(data, seed, device, attacked, told)
    estimate = share(correct, len(data))
    return Robustness(
        epsilon=epsilon,
        step=step,
        steps=steps,
        images=len(data),
        correct=correct,
        low=round(estimate.low, 4),
        high=round(estimate.high, 4),
    )


def _halving(change: Callable[[Tensor, Tensor], Tensor], images: Tensor, labels: Tensor) -> Tensor:
    """Change images, fewer at a time where gradients of all of them do not fit in the memory."""
    try:
        return change(images, labels)
    except (MemoryError, RuntimeError) as error:
        if not out_of_memory(error) or len(images) == 1:
            raise
    torch.cuda.empty_cache()
    middle = len(images) // 2  # the error, which holds on to the memory, is gone by here
    return torch.cat([_halving(change, images[part], labels[part]) for part in (slice(middle), slice(middle, None))])


def _forward(network: nn.Module, data: LabelledImages) -> Forward:
    return Forward(network, BATCH if data.images.shape[-1] <= LARGE else LARGE)


def _count_right(
    data: LabelledImages, seed: int, device: str, asked: Callable[[Tensor, Tensor, Rows], Tensor], told: Told
) -> int:
    """How many images get the right answer; ``asked`` takes float32 images, their labels and rows to logits."""
    key = game_key(seed, data.digest)
    correct = 0
    for numbers in torch.split(torch.arange(len(data)), BATCH):
        images = data.images[numbers].to(device, torch.float32) / 255
        rows = Rows([key] * len(numbers), numbers.tolist(), "accuracy", torch.device(device))
        labels = data.labels[numbers]
        correct += int((asked(images, labels, rows).argmax(1).cpu() == labels).sum())
        told(len(numbers))
    return correct
