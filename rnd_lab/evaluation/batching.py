"""One batch for many games: whoever asks the model waits until all others ask as well; one forward serves all.

Small cells, and cells whose last games are still being played, do not leave the machine idle. Each player is a
greenlet: it runs until it asks the model, so there are no threads and no locks, and the order of everything is fixed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from greenlet import getcurrent, greenlet
from torch import Tensor

from rnd_lab.defenses.defense import Inside
from rnd_lab.game.forward import Forward
from rnd_lab.primitives.errors import LabError


@dataclass
class _Question:
    player: greenlet
    images: Tensor
    inside: tuple[Inside, ...]
    answer: Tensor | LabError | None = None


@dataclass
class SharedForward:
    """A network that greenlets ask, and that answers all of them at once.

    :meth:`start` adds a player, and :meth:`round` lets all of them go on once. Answers are those that
    ``forward`` gives each player by itself, to the bit where the network's rows do not depend on their company.
    """

    forward: Forward
    _waiting: list[_Question] = field(default_factory=list)
    _ready: list[greenlet] = field(default_factory=list)

    def __call__(self, images: Tensor, inside: tuple[Inside, ...] = ()) -> Tensor:
        """Logits as of :class:`Forward`; called by a player, who is suspended until the answer is there."""
        player = getcurrent()
        assert player.parent is not None, "only a player may ask"
        question = _Question(player, images, inside)
        self._waiting.append(question)
        player.parent.switch()
        if isinstance(question.answer, LabError):
            raise question.answer
        assert question.answer is not None
        return question.answer

    def start(self, play: Callable[[], None]) -> None:
        """Add a player; ``play`` may call this object, and must not raise."""
        self._ready.append(greenlet(play))

    def round(self) -> int | None:
        """Run everyone up to their next question, answer all of them, and return the number of images asked.

        None where nobody plays any more.
        """
        if not self._ready:
            return None
        ready, self._ready = self._ready, []
        for player in ready:
            player.parent = getcurrent()
            player.switch()
        asked = sum(len(question.images) for question in self._waiting)
        self._answer()
        return asked

    def _answer(self) -> None:
        questions, self._waiting = self._waiting, []
        plain = [it for it in questions if not it.inside]
        for group in [plain, *([it] for it in questions if it.inside)]:
            self._answer_together(group)
        self._ready += [it.player for it in questions]

    def _answer_together(self, group: list[_Question]) -> None:
        if not group:
            return
        try:
            answers = self.forward(torch.cat([it.images for it in group]), group[0].inside)
        except LabError as error:
            if len(group) == 1:
                group[0].answer = error
            else:  # one broken answer must not stop the others
                for it in group:
                    self._answer_together([it])
            return
        for it, answer in zip(group, torch.split(answers, [len(it.images) for it in group]), strict=True):
            it.answer = answer
