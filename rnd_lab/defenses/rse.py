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

AT_ONCE = 256
"""Images that the model is asked at once, unless there are more: passes of a few are worth a batch."""


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
        together = max(AT_ONCE // len(images), 1)
        passes = [f"pass{k}" for k in range(self.passes)]
        parts = [passes[start : start + together] for start in range(0, self.passes, together)]
        answers = torch.cat([self._answers(images, rows.within_each(part), model) for part in parts])
        mean = answers.double().logsumexp(0) - math.log(self.passes)  # a float's may differ with its place in the batch
        return mean.float()

    def _answers(self, images: Tensor, rows: Rows, model: Answer) -> Tensor:
        """Log-probabilities [passes, n, classes] of as many passes as there are rows for."""
        passes = len(rows.keys) // len(images)
        noise = noise_inside(NoisyConv2d, rows, "RSE", "resnet20-rse")
        answers = model(images.repeat(passes, 1, 1, 1), (noise,))
        return answers.log_softmax(1).view(passes, len(images), -1)
