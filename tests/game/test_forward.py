"""Running a network: the same bits in whatever company, in the memory that there is."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from rnd_lab.defenses.defense import Inside
from rnd_lab.game.forward import GROUP, Forward
from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.errors import Cancelled, LabError

IMAGES = torch.rand(67, 3, 32, 32, generator=torch.Generator().manual_seed(0))
SMALL = torch.rand(40, 3, 4, 4, generator=torch.Generator().manual_seed(1))


class Means(nn.Module):
    """Answers the mean of each channel, and remembers how many rows it was given."""

    def __init__(self, most: int = 10**6) -> None:
        super().__init__()
        self.most = most
        self.sizes: list[int] = []

    def forward(self, images: Tensor) -> Tensor:
        self.sizes.append(len(images))
        if len(images) > self.most:
            self.complain(len(images))
        return images.mean((2, 3))

    def complain(self, rows: int) -> None:
        raise torch.OutOfMemoryError(f"CUDA out of memory on {rows} rows")


class Greedy(Means):
    """Really asks for more memory than there is."""

    def complain(self, rows: int) -> None:
        torch.empty(2**55)


class Raising(Means):
    """Raises what it is told to."""

    def __init__(self, error: Exception) -> None:
        super().__init__(0)
        self.error = error

    def complain(self, rows: int) -> None:
        raise self.error


@pytest.fixture(scope="module")
def logits(resnet: nn.Module) -> Tensor:
    return Forward(resnet)(IMAGES)


@settings(max_examples=12)
@given(order=st.permutations(range(len(IMAGES))), sizes=st.lists(st.integers(1, 40), min_size=1, max_size=3))
def test_a_rows_logits_do_not_depend_on_its_company(
    resnet: nn.Module, logits: Tensor, order: list[int], sizes: list[int]
) -> None:
    at = 0
    for size in sizes:
        rows = order[at : at + size]
        at = (at + size) % 27
        assert torch.equal(Forward(resnet)(IMAGES[rows]), logits[rows])


@pytest.mark.parametrize("micro_batch", [1, 8, 13, 64, 1000])
def test_nor_on_the_micro_batch(resnet: nn.Module, logits: Tensor, micro_batch: int) -> None:
    assert torch.equal(Forward(resnet, micro_batch)(IMAGES), logits)


def test_nor_on_the_number_of_rows_where_threads_share_them() -> None:
    """A wide head on two threads takes another kernel for 9 rows than for 8 or 16."""
    torch.set_num_threads(2)
    torch.manual_seed(0)
    network = nn.Sequential(nn.Flatten(), nn.Linear(48, 512), nn.ReLU(), nn.Linear(512, 1000))
    together = Forward(network)(SMALL)
    for rows in (1, 7, 8, 9, 10, 17, 31):
        assert torch.equal(Forward(network)(SMALL[:rows]), together[:rows])


def test_no_batch_is_larger_than_the_micro_batch() -> None:
    network = Means()
    assert torch.allclose(Forward(network, 16)(SMALL), SMALL.mean((2, 3)))
    assert max(network.sizes[:-1]) == 16


def test_the_last_micro_batch_is_no_small_one() -> None:
    network = Means()
    Forward(network, 32)(SMALL[:34])
    assert network.sizes == [24, 16]


def test_without_memory_the_micro_batch_is_halved_and_the_run_goes_on() -> None:
    for network in (Means(most=10), Greedy(most=10)):
        forward = Forward(network, 32)
        assert torch.allclose(forward(SMALL[:32]), SMALL[:32].mean((2, 3)))
        assert network.sizes[:3] == [32, 16, 8]
        assert forward.micro_batch == 8
        network.sizes.clear()
        forward(SMALL)
        assert max(network.sizes) == 8


def test_without_memory_for_one_small_batch_the_user_is_told() -> None:
    with pytest.raises(LabError, match="not enough memory"):
        Forward(Means(most=GROUP - 1))(SMALL)


def test_what_ran_out_of_memory_is_let_go_before_the_next_try() -> None:
    """While the error is handled, its traceback keeps the tensors of the failed run alive."""
    import sys

    handled: list[BaseException | None] = []

    class Watching(Means):
        def forward(self, images: Tensor) -> Tensor:
            handled.append(sys.exception())
            return super().forward(images)

    Forward(Watching(most=8))(SMALL)
    assert len(handled) > 2
    assert handled == [None] * len(handled)


@pytest.mark.parametrize("wrong", [torch.nan, torch.inf, -torch.inf])
def test_scores_that_are_no_numbers_are_refused(wrong: float) -> None:
    images = SMALL.clone()
    images[17] = wrong
    with pytest.raises(LabError, match="NaN or infinite"):
        Forward(Means())(images)


@pytest.mark.parametrize("error", [RuntimeError("shapes"), ValueError("shapes"), IndexError("shapes")])
def test_whatever_a_network_raises_is_told(error: Exception) -> None:
    with pytest.raises(LabError, match="failed on a batch of 40 images: shapes"):
        Forward(Raising(error))(SMALL)


@pytest.mark.parametrize("kind", [LabError, Cancelled])
def test_what_the_lab_itself_raises_inside_the_network_is_raised_as_it_is(kind: type[LabError]) -> None:
    error = kind("This network has no such layer.")
    with pytest.raises(kind) as raised:
        Forward(Raising(error))(SMALL)
    assert raised.value is error


def test_half_precision_answers_become_float32() -> None:
    class Half(Means):
        def forward(self, images: Tensor) -> Tensor:
            return super().forward(images).half()

    answers = Forward(Half())(SMALL)
    assert answers.dtype == torch.float32
    assert not answers.requires_grad


@pytest.mark.parametrize("micro_batch", [8, 16, 1000])
def test_what_happens_inside_the_network_goes_with_each_image(micro_batch: int) -> None:
    @contextmanager
    def brighter(network: nn.Module, rows: Rows) -> Iterator[None]:
        hook = network.register_forward_pre_hook(lambda _, images: (images[0] + rows.normal("light", (1, 1, 1)),))
        yield
        hook.remove()

    numbers = range(len(SMALL))
    rows = Rows([3] * len(SMALL), numbers, "probe", torch.device("cpu"))
    light = rows.normal("light", (1,))
    network = Means()
    answers = Forward(network, micro_batch)(SMALL, (Inside(brighter, rows), Inside(brighter, rows)))
    assert torch.allclose(answers, SMALL.mean((2, 3)) + 2 * light, atol=1e-6)
    assert torch.allclose(Forward(network)(SMALL), SMALL.mean((2, 3)))
