"""The null control: how often noise alone would have been taken for a success.

A clean image that is asked again and again is misclassified at least once with probability 1 − (1 − p)^K. So after a
game the unmodified image is judged as often as the game's own images were, by the same criterion. Its noise is drawn by
image and seed alone, so that games of other attacks on the same image are told what one of them has found.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from rnd_lab.defenses.defense import Answer, DefenseSpec, answer_stack, is_random
from rnd_lab.game.outcome import Outcome
from rnd_lab.game.referee import Referee, judge
from rnd_lab.primitives.draws import Rows

AT_ONCE = 8
"""Answers of one request; many games are controlled at the same time."""


@dataclass(frozen=True)
class Control:
    """How often the clean image was asked, and whether any judgement took it for a success; None: not controlled.

    Answers that an earlier control of the image had are counted in ``asked``, too.
    """

    asked: int = 0
    hit: bool | None = None


@dataclass
class Controls:
    """The null controls of one model; they remember how many first judgements of an image were no hit."""

    _clean: dict[Hashable, int] = field(default_factory=dict)

    def check(
        self, outcome: Outcome, defenses: Sequence[DefenseSpec], referee: Referee, model: Answer, device: str
    ) -> Control:
        """Judge the clean image of a game as often as the game was judged after its steps; stops at the first hit."""
        if outcome.status == "misclassified":
            return Control()
        if not is_random(defenses) or referee.ends == "noise_free":
            return Control(0, hit=False)  # the same answer as at the start: right
        each = referee.votes if referee.ends in ("vote", "mean") else 1
        judgements = (outcome.account.judge - 1 - referee.votes) // each
        game, at_once = outcome.game, max(AT_ONCE // each, 1)
        image = (tuple(defenses), referee, game.key, game.label, game.target)
        clean = min(self._clean.get(image, 0), judgements)
        first = clean if clean == judgements else clean - clean % at_once
        for start in range(first, judgements, at_once):
            count = min(at_once, judgements - start)
            if _hit(outcome, defenses, referee, model, start * each, count, each, torch.device(device)):
                return Control((start + count) * each, hit=True)
            self._clean[image] = max(start + count, self._clean.get(image, 0))
        return Control(judgements * each, hit=False)


def _hit(
    outcome: Outcome,
    defenses: Sequence[DefenseSpec],
    referee: Referee,
    model: Answer,
    first: int,
    count: int,
    each: int,
    device: torch.device,
) -> bool:
    game = outcome.game
    rows = Rows([game.key] * (count * each), range(first, first + count * each), "control", device)
    images: Tensor = game.image.to(device).expand(count * each, -1, -1, -1)
    answers = answer_stack(defenses, images, rows, model).view(count, each, -1)
    wanted = torch.full((count,), game.label if game.target is None else game.target, device=device)
    return bool(getattr(judge(answers, wanted, game.target is not None), referee.ends).any())
