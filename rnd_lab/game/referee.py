"""Who decides that an attack has won: several criteria for the same game, one of which ends it."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from rnd_lab.primitives.spec import Spec, setting

Criterion = Literal["first_hit", "vote", "mean", "noise_free"]

CRITERIA: dict[Criterion, str] = {
    "first_hit": "first noisy hit",
    "vote": "vote of k",
    "mean": "mean of k",
    "noise_free": "noise-free model",
}


class Referee(Spec):
    """Which criterion ends a game.

    Noise makes false successes: one noisy answer is wrong now and then even on a clean image. So every criterion is
    judged on the final image, whichever ended the game.
    """

    ends: Criterion = setting(
        "first_hit",
        help="First noisy hit: one fresh answer after every step (published). Vote of k / mean of k: k fresh answers. "
        "Noise-free: the model without the defense, which only the lab can ask.",
    )
    votes: int = setting(25, ge=1, label="k", unit="queries", help="Fresh answers for the vote and for the mean.")


@dataclass(frozen=True)
class Verdict:
    """Whether images fool the model, by each criterion that answers were judged by; bool [n] each."""

    first_hit: Tensor
    vote: Tensor
    mean: Tensor


def fooled(scores: Tensor, classes: Tensor, targeted: bool) -> Tensor:
    """Whether each answer is a win: another class than the true one, or exactly the target.

    ``scores`` float32 [..., k], ``classes`` int64 [...]; returns bool [...].
    """
    predictions = scores.argmax(-1)
    return predictions == classes if targeted else predictions != classes


def judge(scores: Tensor, classes: Tensor, targeted: bool) -> Verdict:
    """Judge fresh defended answers: scores float32 [n, k, classes] to the same image, ``classes`` int64 [n].

    The first answer is the single noisy hit; the vote is won by the most frequent class, and a tie is no win of the
    attacker; the mean is of probabilities.
    """
    count = scores.shape[-1]
    first = fooled(scores[:, 0], classes, targeted)
    ballots = torch.nn.functional.one_hot(scores.argmax(-1), count).sum(1)
    own = ballots.gather(1, classes[:, None])[:, 0]
    rival = ballots.scatter(1, classes[:, None], -1).amax(1)
    vote = own > rival if targeted else rival > own
    return Verdict(first, vote, fooled(scores.softmax(-1).mean(1), classes, targeted))
