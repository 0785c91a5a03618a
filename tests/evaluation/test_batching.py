"""Many who ask one model: all are answered as if they were alone, and nobody is held up by who asks for more."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import torch
from torch import Tensor, nn

from rnd_lab.defenses.defense import Inside
from rnd_lab.evaluation.batching import SharedForward
from rnd_lab.game.forward import Forward
from rnd_lab.primitives.draws import Rows

IMAGES = torch.rand(50, 3, 4, 4, generator=torch.Generator().manual_seed(0))


class Means(nn.Module):
    """Answers the mean of each channel, plus one number of each row where noise is inside."""

    shift: Tensor | None = None

    def forward(self, images: Tensor) -> Tensor:
        means = images.mean((2, 3))
        return means if self.shift is None else means + self.shift


@contextmanager
def shifted(network: nn.Module, rows: Rows) -> Iterator[None]:
    network.shift = rows.uniform("shift", (1,))
    yield
    network.shift = None


def test_who_asks_for_one_image_does_not_wait_for_who_asks_for_many() -> None:
    shared = SharedForward(Forward(Means(), micro_batch=8))
    heard: list[str] = []

    def many() -> None:
        shared(IMAGES)
        heard.append("many")

    def one_at_a_time() -> None:
        for image in IMAGES[:5]:
            shared(image[None])
            heard.append("one")

    shared.start(many)
    shared.start(one_at_a_time)
    asked = list(iter(shared.round, None))

    assert heard == ["one"] * 5 + ["many"]
    assert sum(asked) == 55
    assert max(asked) <= 9  # so that whoever watches, pauses or stops is heard soon


def test_an_answer_in_parts_is_the_whole_answer() -> None:
    forward = Forward(Means(), micro_batch=8)
    rows = Rows(list(range(50)), [3] * 50, "noise", torch.device("cpu"))
    questions = [(IMAGES, (Inside(shifted, rows),)), (IMAGES.flip(0), ()), (IMAGES[:11], ())]
    shared = SharedForward(forward)
    answers: dict[int, Tensor] = {}

    def ask(number: int) -> None:
        answers[number] = shared(*questions[number])

    for number in range(len(questions)):
        shared.start(partial(ask, number))
    for _ in iter(shared.round, None):
        pass

    for number, question in enumerate(questions):
        assert torch.equal(answers[number], forward(*question))
