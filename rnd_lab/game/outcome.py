"""What a game is, what is written down while it is played, and how it ended."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from torch import Tensor

from rnd_lab.data.pixels import image_key
from rnd_lab.game.ledger import Account
from rnd_lab.game.referee import Criterion
from rnd_lab.primitives.draws import game_key

Status = Literal["success", "failure", "misclassified"]
"""``misclassified``: there was nothing to attack (published rule), because the defended model got the clean image
wrong, or the noise-free one where it ends the games."""


@dataclass(frozen=True)
class Game:
    """One attack on one image, float32 [c, h, w] in [0, 1], of class ``label``; ``target`` where one is wanted."""

    name: str
    image: Tensor
    label: int
    seed: int = 0
    target: int | None = None

    @cached_property
    def key(self) -> int:
        """Names all random numbers of the game."""
        return game_key(self.seed, image_key(self.image))


@dataclass
class Trace:
    """The course of a game.

    ``told`` has the loss of every probe (the mean over M answers each); ``true`` the noise-free loss of the iterate,
    with the number of probes made when it was looked at: at the end, and all along where the lab looks on.
    ``decisions`` counts comparisons that the attack's moves rested on, ``flips`` those that the noise turned
    (Theorem 3); both only while the lab looks on.
    """

    told: list[float] = field(default_factory=list)
    true: list[tuple[int, float]] = field(default_factory=list)
    decisions: int = 0
    flips: int = 0


@dataclass(frozen=True)
class Outcome:
    """How a game ended.

    ``verdicts`` has every criterion, judged on the final ``image`` (float32 [c, h, w]); "first_hit" means that some
    single answer after a step was a hit, at ``first_hit_at`` paid queries. ``linf`` and ``l2`` are the perturbation's
    norms in pixel units, ``margin`` the noise-free margin of the final image. ``told_scores`` and ``true_scores`` are
    its logits float32 [classes], defended and noise-free.
    """

    game: Game
    status: Status
    verdicts: dict[Criterion, bool]
    first_hit_at: int | None
    account: Account
    image: Tensor
    linf: float
    l2: float
    margin: float
    told_scores: Tensor
    true_scores: Tensor
    trace: Trace
    seconds: float

    @property
    def prediction(self) -> int:
        """The noise-free class of the final image."""
        return int(self.true_scores.argmax())
