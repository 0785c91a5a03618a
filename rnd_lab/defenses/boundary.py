"""Boundary defense (Aithal, Li; arXiv 2201.13444, 2022): noise on the scores of images near a decision boundary."""

from typing import ClassVar, Literal

import torch
from torch import Tensor

from rnd_lab.defenses.defense import Answer, DefenseSpec
from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.spec import setting


class BoundarySpec(DefenseSpec):
    """Answers F(x) + σ·v, v ~ N(0, I) drawn anew, where the highest probability is below θ, and F(x) elsewhere."""

    title: ClassVar = "Boundary defense"
    summary: ClassVar = "Adds fresh Gaussian noise to the logits where the model is unsure."
    random: ClassVar = True

    name: Literal["boundary"] = "boundary"
    theta: float = setting(
        0.5,
        ge=0,
        le=1,
        label="θ",
        unit="probability",
        help="Below this highest probability an answer is noisy. Published for ImageNet: 0.3. Where two classes meet "
        "it is at most 0.5.",
    )
    sigma: float = setting(
        0.1, ge=0, label="σ", unit="logit", help="Standard deviation of the noise. Published for ImageNet: 0.1."
    )

    def answer(self, images: Tensor, rows: Rows, model: Answer) -> Tensor:
        logits = model(images)
        unsure = logits.softmax(1).amax(1, keepdim=True) < self.theta
        return torch.where(unsure, logits + self.sigma * rows.normal("noise", logits.shape[1:]), logits)
