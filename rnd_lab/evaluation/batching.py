"""One batch for many games: whoever asks the model waits until all others ask as well; one forward serves all.

Small cells, and cells whose last games are still being played, do not leave the machine idle. Who asks many images at
once is answered a micro-batch a round, and does not hold up those who ask one. Each player is a greenlet: it runs until
it asks the model, so there are no threads and no locks, and the order of everything is fixed.
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
    answers: list[Tensor] = field(default_factory=list)
    error: LabError | None = None

    @property
    def left(self) -> int:
        """How many images are still to be answered."""
        return len(self.images) - sum(map(len, self.answers))

    def part(self, count: int) -> tuple[Tensor, tuple[Inside, ...]]:
        """The next images to be answered, and what is inside the network for them."""
        rows = range(len(self.images) - self.left, len(self.images))[:count]
        return self.images[rows.start : rows.stop], tuple(it.take(rows) for it in self.inside)


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
        if question.error:
            raise question.error
        return torch.cat(question.answers)

    def start(self, play: Callable[[], None]) -> None:
        """Add a player; ``play`` may call this object, and must not raise."""
        self._ready.append(greenlet(play))

    def round(self) -> int | None:
        """Run everyone up to their next question, answer a micro-batch of each, and return the number of images.

        None where nobody plays any more.
        """
        if not self._ready and not self._waiting:
            return None
        ready, self._ready = self._ready, []
        for player in ready:
            player.parent = getcurrent()
            player.switch()
        before = sum(it.left for it in self._waiting)
        self._answer()
        return before - sum(it.left for it in self._waiting)

    def _answer(self) -> None:
        questions = self._waiting
        plain = [it for it in questions if not it.inside]
        for group in [plain, *([it] for it in questions if it.inside)]:
            self._answer_together(group)
        self._waiting = [it for it in questions if it.left and not it.error]
        self._ready += [it.player for it in questions if not it.left or it.error]

    def _answer_together(self, group: list[_Question]) -> None:
        if not group:
            return
        parts = [it.part(self.forward.batch(it.left)) for it in group]
        try:
            answers = self.forward(torch.cat([images for images, _ in parts]), parts[0][1])
        except LabError as error:
            if len(group) == 1:
                group[0].error = error
            else:  # one broken answer must not stop the others
                for it in group:
                    self._answer_together([it])
            return
        for it, answer in zip(group, torch.split(answers, [len(images) for images, _ in parts]), strict=True):
            it.answers.append(answer)
