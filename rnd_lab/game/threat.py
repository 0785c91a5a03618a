"""The threat model: what the attacker may do, ask and see."""

from typing import Literal

from rnd_lab.primitives.geometry import Norm
from rnd_lab.primitives.losses import Loss
from rnd_lab.primitives.spec import Spec, setting


class ThreatModel(Spec):
    """The rules that bind an attacker (the published protocol is the default)."""

    norm: Norm = setting("linf", help="Norm that bounds the perturbation.")
    epsilon: float = setting(
        0.05,
        gt=0,
        label="ε",
        unit="pixel",
        help="Largest perturbation of what is handed in; gradient estimates may ask outside. Images are in [0, 1]. "
        "Published: 0.05 (ℓ∞), 1.0 (ℓ2, CIFAR-10), 5.0 (ℓ2, ImageNet).",
    )
    goal: Literal["untargeted", "targeted"] = setting("untargeted", help="Any wrong class, or one chosen class.")
    feedback: Literal["logits", "probabilities"] = setting("logits", help="Scores that the attacker is told.")
    eight_bit: bool = setting(
        False,
        label="8-bit images",
        help="Candidates are rounded to 8 bits a channel before they are asked, as an attacker must who sends picture "
        "files; what fools the model then still does once saved. Probes of less than half a step (1/510 a pixel), such "
        "as Bandit's, are rounded away. Off in the published evaluation.",
    )
    loss: Loss = setting(
        "margin",
        help="What the attacker makes of the scores: the margin (1)(2), or the cross-entropy that targeted Square "
        "uses.",
    )
    budget: int = setting(10_000, ge=1, unit="queries", help="Queries that the attacker may spend on one image.")
    eot: int = setting(
        1, ge=1, label="EOT M", unit="queries", help="How often each probe is asked; the answers are averaged (13)."
    )
    account: Literal["fixed", "adaptive"] = setting(
        "fixed",
        label="EOT budget",
        help="Fixed: every repeat is paid from the budget. Adaptive: the budget grows M-fold.",
    )

    @property
    def targeted(self) -> bool:
        """Whether the goal is one chosen class."""
        return self.goal == "targeted"

    @property
    def allowance(self) -> int:
        """Answers that one game may use in all: the budget, times M in the adaptive account."""
        return self.budget * (self.eot if self.account == "adaptive" else 1)


def published_epsilon(data_set: str, norm: Norm) -> float:
    """ε of the published evaluation, in pixel units: 0.05 for ℓ∞; for ℓ2 1.0 on CIFAR-10 and 5.0 on ImageNet."""
    if norm == "linf":
        return 0.05
    return 5.0 if data_set == "imagenet" else 1.0
