"""Short ways to ask through defenses."""

import torch
from torch import Tensor, nn

from rnd_lab.defenses.defense import Answer, DefenseSpec, Inside, answer_stack
from rnd_lab.models.noise import NoisyConv2d, NoisyWeightConv2d, NoisyWeightLinear
from rnd_lab.primitives.draws import Rows

CPU = torch.device("cpu")


def rows(count: int, first: int = 0, key: int = 9) -> Rows:
    """Queries ``first``, ``first`` + 1 … of one game."""
    return Rows([key] * count, range(first, first + count), "probe", CPU)


def ask(images: Tensor, model: Answer, *stack: DefenseSpec, first: int = 0, key: int = 9) -> Tensor:
    return answer_stack(stack, images, rows(len(images), first, key), model)


def seen(images: Tensor, *stack: DefenseSpec, first: int = 0, key: int = 9) -> Tensor:
    """What the model is shown in place of the images."""
    shown: list[Tensor] = []

    def model(images: Tensor, inside: tuple[Inside, ...] = ()) -> Tensor:
        shown.append(images)
        return images.mean((2, 3))

    ask(images, model, *stack, first=first, key=key)
    assert len(shown) == 1
    return shown[0]


def told(logits: Tensor, *stack: DefenseSpec, first: int = 0, key: int = 9) -> Tensor:
    """What is answered where the model would answer ``logits`` [n, classes]."""

    def model(images: Tensor, inside: tuple[Inside, ...] = ()) -> Tensor:
        return logits

    return ask(torch.zeros(len(logits), 3, 2, 2), model, *stack, first=first, key=key)


def noisy_network() -> nn.Module:
    """Four classes, untrained, with layers for every defense that works inside a network."""
    torch.manual_seed(5)
    return nn.Sequential(
        NoisyConv2d(3, 8, 3, padding=1, deviation=0.2),
        nn.ReLU(),
        NoisyWeightConv2d(8, 8, 3, 2, bias=False),
        nn.ReLU(),
        nn.Flatten(),
        NoisyWeightLinear(72, 4),
    ).eval()
