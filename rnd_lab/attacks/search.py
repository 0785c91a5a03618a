"""Search attacks: try a candidate, keep it where the loss falls, (5) and (6)."""

from abc import abstractmethod
from typing import Any

import torch
from torch import Tensor

from rnd_lab.attacks.attack import Arena, Attack, Proposals
from rnd_lab.primitives.spec import setting


def remeasure_setting() -> Any:
    """The setting of an attacker who knows that answers are noisy."""
    return setting(
        False,
        help="Ask the iterate again beside every candidate (2 queries a step, h_ν of (8)), so that one lucky answer "
        "cannot freeze the search.",
    )


class SearchAttack(Attack):
    """s_μ(x) = 1{h_μ(x) < 0}·μu with h_μ(x) = f(x + μu) − f(x), (5) and (6).

    While the loss of the iterate is unknown, a step asks for an opening, which is kept (1 query). After that the loss
    is remembered, and a step asks one candidate (1 query). Under noise a remembered lucky answer freezes the search;
    with ``remeasure`` the iterate is asked again beside every candidate (2 queries a step), the h_ν of (8).
    """

    def __init__(self, arena: Arena, remeasure: bool = False) -> None:
        super().__init__(arena)
        self.remeasure = remeasure
        self._slots = self._candidates = self._known = torch.empty(0)

    @property
    def most_steps(self) -> int:
        """Steps that the budget pays for, about: the first one costs a query less."""
        return max(self.arena.budget // (2 if self.remeasure else 1), 1)

    def opening(self, slots: Tensor) -> Tensor:
        """Where ``slots`` begin, float32 [n, c, h, w]."""
        return self.iterate[slots]

    @abstractmethod
    def propose(self, slots: Tensor) -> Tensor:
        """A candidate in the ball for each of ``slots`` (int64 [n]), float32 [n, c, h, w]."""

    def decide(self, slots: Tensor, candidates: Tensor, stored: Tensor) -> Tensor:
        """Whether candidates replace the iterates of ``slots``, from the losses of both, float32 [n]; bool [n]."""
        return candidates < stored

    def settle(self, slots: Tensor, accepted: Tensor) -> None:
        """Prepare the next candidates of ``slots``, after those told have replaced the iterates or not, bool [n]."""

    def ask(self, slots: Tensor) -> Proposals:
        self._slots = slots
        self._known = self.loss[slots].isfinite()
        self._candidates = self.iterate[slots]
        for chosen, make in ((self._known, self.propose), (~self._known, self.opening)):
            if chosen.any():
                self._candidates[chosen] = make(slots[chosen])
        if not self.remeasure:
            return Proposals(self._candidates, slots)
        searching = slots[self._known]
        return Proposals(torch.cat([self._candidates, self.iterate[searching]]), torch.cat([slots, searching]))

    def differences(self, losses: Tensor, at_iterate: Tensor) -> tuple[Tensor, Tensor]:
        candidates, stored = self._split(losses, at_iterate)
        return torch.where(self._known, candidates - stored, torch.nan), self._slots

    def tell(self, losses: Tensor) -> None:
        slots = self._slots
        candidates, stored = self._split(losses, self.loss)
        accepted = self.decide(slots, candidates, stored)
        self.iterate[slots[accepted]] = self._candidates[accepted]
        self.loss[slots] = torch.where(accepted, candidates, stored)
        self.settle(slots, accepted)
        self.steps[slots] += 1

    def _split(self, losses: Tensor, at_iterate: Tensor) -> tuple[Tensor, Tensor]:
        """Losses of the candidates, and of the iterates that they are compared with."""
        count = len(self._slots)
        stored = at_iterate[self._slots]
        if self.remeasure:
            stored[self._known] = losses[count:]
        return losses[:count], stored
