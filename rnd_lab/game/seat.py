"""A game in its slot, and what is written down while it lasts."""

import time
from dataclasses import dataclass, field

from torch import Tensor

from rnd_lab.game.outcome import Game, Trace


@dataclass
class Seat:
    """A game in its slot; the scores are the latest logits [classes] of its iterate, defended and noise-free."""

    game: Game
    trace: Trace = field(default_factory=Trace)
    first_hit_at: int | None = None
    told_scores: Tensor | None = None
    true_scores: Tensor | None = None
    started: float = field(default_factory=time.monotonic)

    def judged(self, scores: Tensor, hit: bool, paid: int) -> None:
        """Write down one defended answer after a step, which was a hit or not, when ``paid`` queries were paid."""
        self.told_scores = scores
        if hit and self.first_hit_at is None:
            self.first_hit_at = paid

    def seen(self, scores: Tensor, loss: float) -> None:
        """Write down what the model without noise says of the iterate."""
        self.true_scores = scores
        self.trace.true.append((len(self.trace.told), loss))

    def compared(self, decided: bool, turned: bool) -> None:
        """Write down one comparison of the attack: whether it decides anything, and whether noise turned it."""
        self.trace.decisions += decided
        self.trace.flips += turned
