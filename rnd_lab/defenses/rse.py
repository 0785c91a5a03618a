"""RSE, Random Self-Ensemble (Liu, Cheng, Zhang, Hsieh; ECCV 2018)."""

import math
from typing import ClassVar, Literal

import torch
from torch import Tensor

from rnd_lab.defenses.defense import Answer, DefenseSpec
from rnd_lab.defenses.inside import noise_inside
from rnd_lab.models.noise import NoisyConv2d
from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.spec import setting


class RseSpec(DefenseSpec):
    """The probabilities of several passes are averaged, each with fresh noise before every convolution.

    The logits are the averages' logarithms.
    """

    title: ClassVar = "RSE"
    summary: ClassVar = "Averages several passes with noise between the layers, of a network trained with that noise."
    random: ClassVar = True

    name: Literal["rse"] = "rse"
    passes: int = setting(
        10, ge=1, label="Passes", unit="passes", help="Passes over which one answer is averaged. Published: 10."
    )

    def answer(self, images: Tensor, rows: Rows, model: Answer) -> Tensor:
        noises = (noise_inside(NoisyConv2d, rows.within(f"pass{k}"), "RSE", "resnet20-rse") for k in range(self.passes))
        answers = torch.stack([model(images, (noise,)).log_softmax(1) for noise in noises])
        mean = answers.double().logsumexp(0) - math.log(self.passes)  # a float's may differ with its place in the batch
        return mean.float()
