"""How often a network is right, clean and under noise."""

import torch
from torch import nn

from rnd_lab.data.cifar10 import LabelledImages
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.game.forward import Forward
from rnd_lab.models.card import Accuracy
from rnd_lab.primitives.draws import Rows, game_key
from rnd_lab.primitives.statistics import share

BATCH = 500


def measure_accuracy(
    network: nn.Module, data: LabelledImages, nu: float, seed: int = 0, device: str = "cpu"
) -> Accuracy:
    """Accuracy with its 95 % Wilson interval when every image is asked once through RND with ``nu`` (pixel units)."""
    forward = Forward(network, BATCH)
    key = game_key(seed, data.digest)
    defense = RndSpec(nu=nu)
    correct = 0
    for numbers in torch.split(torch.arange(len(data)), BATCH):
        images = data.images[numbers].to(device, torch.float32) / 255
        rows = Rows([key] * len(numbers), numbers.tolist(), "accuracy", torch.device(device))
        logits = defense.answer(images, rows, forward) if nu else forward(images)
        correct += int((logits.argmax(1).cpu() == data.labels[numbers]).sum())
    estimate = share(correct, len(data))
    return Accuracy(nu=nu, images=len(data), correct=correct, low=round(estimate.low, 4), high=round(estimate.high, 4))
