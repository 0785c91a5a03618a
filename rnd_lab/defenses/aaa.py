"""AAA, Adversarial Attack on Attackers (Chen, Huang, Tao, Wu, Xie, Huang; NeurIPS 2022)."""

from math import pi
from typing import ClassVar, Literal

import torch
from torch import Tensor

from rnd_lab.defenses.defense import Answer, DefenseSpec
from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.spec import setting

PUBLISHED = {"linear": (4.0, 1.0), "sine": (6.0, 0.7)}
"""τ and α of each curve."""
BETAS = 0.9, 0.999
TINY = 1e-8
"""Adam's usual constants."""


class AaaSpec(DefenseSpec):
    """The logits are changed so that the margin which an attacker sees rises while the true one falls.

    The margin m between the two highest logits is cut in intervals of length τ with an attractor a in the middle of
    each. Its target is a − α·(m − a) for the linear curve, and m − α·τ·sin(2π·(m − a)/τ) for the sine one. Adam
    minimises |margin − target| + β·|p − p₀| over the logits, where p is the predicted class's probability and p₀ the
    one that it has at temperature T. The predicted class is kept: should the last step leave another one on top, the
    two exchange their scores.
    """

    title: ClassVar = "AAA"
    summary: ClassVar = "Changes the logits so that the margin told rises while the true one falls; keeps the class."
    random: ClassVar = False

    name: Literal["aaa"] = "aaa"
    curve: Literal["linear", "sine"] = setting("linear", help="How the margin told depends on the true one.")
    tau: float | None = setting(
        None,
        gt=0,
        label="τ",
        unit="logit",
        help="Length of an interval of margins. Empty: as published, 4, or 6 (sine).",
    )
    alpha: float | None = setting(
        None, ge=0, label="α", help="How far the margin told is turned round. Empty: as published, 1, or 0.7 (sine)."
    )
    beta: float = setting(5.0, ge=0, label="β", help="Weight of the calibration. Published: 5.")
    temperature: float = setting(
        1.0,
        gt=0,
        label="T",
        help="Temperature that calibrates the model, found on validation images; 1 keeps the model's confidence. "
        "Published: about 2.1 for a WRN-28-10, 1.1 for ResNet-50.",
    )
    steps: int = setting(100, ge=1, unit="steps", help="Steps of Adam. Published: 100.")
    rate: float = setting(0.1, gt=0, unit="logit", help="Learning rate of Adam. Published: 0.1.")

    def answer(self, images: Tensor, rows: Rows, model: Answer) -> Tensor:
        logits = model(images)
        top = logits.topk(2, 1)
        predicted = top.indices[:, :1]
        target = self._target(top.values[:, :1] - top.values[:, 1:])
        confidence = (logits / self.temperature).softmax(1).gather(1, predicted)
        return _keep(self._optimised(logits, predicted, target, confidence), predicted)

    def _target(self, margin: Tensor) -> Tensor:
        tau, alpha = PUBLISHED[self.curve]
        tau, alpha = self.tau or tau, alpha if self.alpha is None else self.alpha
        offset = margin - ((margin / tau).floor() + 0.5) * tau
        if self.curve == "linear":
            return margin - (1 + alpha) * offset
        wave = (2 * pi / tau * offset.double()).sin().float()  # a float's sine may differ with its place in the batch
        return margin - alpha * tau * wave

    def _optimised(self, logits: Tensor, predicted: Tensor, target: Tensor, confidence: Tensor) -> Tensor:
        """Adam with its gradient by hand and one operation at a time, so that no row depends on the others' number."""
        first, second = torch.zeros_like(logits), torch.zeros_like(logits)
        for step in range(1, self.steps + 1):
            gradient = self._gradient(logits, predicted, target, confidence)
            first = BETAS[0] * first + (1 - BETAS[0]) * gradient
            second = BETAS[1] * second + (1 - BETAS[1]) * gradient.square()
            mean, size = first / (1 - BETAS[0] ** step), (second / (1 - BETAS[1] ** step)).sqrt()
            logits = logits - self.rate * (mean / (size + TINY))
        return logits

    def _gradient(self, logits: Tensor, predicted: Tensor, target: Tensor, confidence: Tensor) -> Tensor:
        top = logits.topk(2, 1)
        turn = (top.values[:, :1] - top.values[:, 1:] - target).sign()
        probabilities = logits.softmax(1)
        own = probabilities.gather(1, predicted)
        pull = self.beta * (own - confidence).sign() * own
        gradient = -pull * probabilities
        return gradient.scatter_add(1, predicted, pull).scatter_add(1, top.indices, torch.cat([turn, -turn], 1))


def _keep(logits: Tensor, predicted: Tensor) -> Tensor:
    """Put the predicted class (int64 [n, 1]) on top again."""
    highest = logits.argmax(1, keepdim=True)
    exchanged = logits.scatter(1, highest, logits.gather(1, predicted))
    return exchanged.scatter(1, predicted, logits.gather(1, highest))
