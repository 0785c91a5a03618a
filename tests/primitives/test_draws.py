"""Random numbers: the same key, stream and counter give the same numbers, whatever else is drawn."""

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from rnd_lab.primitives.draws import Rows, game_key

CPU = torch.device("cpu")
KEYS = st.integers(0, 2**64 - 1)
COUNTERS = st.integers(0, 2**40)
KINDS: dict[str, Callable[[Rows, str], Tensor]] = {
    "normal": lambda rows, stream: rows.normal(stream, (3, 5)),
    "uniform": lambda rows, stream: rows.uniform(stream, (15,)),
    "signs": lambda rows, stream: rows.signs(stream, (40,)),
    "permutation": lambda rows, stream: rows.permutation(stream, 40),
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def rows(keys: list[int], counters: list[int], scope: str = "attack") -> Rows:
    return Rows(keys, counters, scope, CPU)


@every_kind
@given(places=st.lists(st.tuples(KEYS, COUNTERS), min_size=2, max_size=6), cut=st.integers(1, 5), data=st.data())
def test_a_rows_numbers_do_not_depend_on_its_company(
    kind: str, places: list[tuple[int, int]], cut: int, data: st.DataObject
) -> None:
    draw = KINDS[kind]
    keys, counters = [key for key, _ in places], [counter for _, counter in places]
    together = draw(rows(keys, counters), "u")
    pieces = [draw(rows(keys[at : at + cut], counters[at : at + cut]), "u") for at in range(0, len(keys), cut)]
    assert torch.equal(torch.cat(pieces), together)
    order = data.draw(st.permutations(range(len(keys))))
    shuffled = draw(rows([keys[row] for row in order], [counters[row] for row in order]), "u")
    assert torch.equal(shuffled, together[order])


@every_kind
def test_other_keys_counters_streams_and_scopes_give_other_numbers(kind: str) -> None:
    draw = KINDS[kind]
    drawn = [
        draw(rows([1], [1]), "u"),
        draw(rows([2], [1]), "u"),
        draw(rows([1], [2]), "u"),
        draw(rows([1], [1]), "v"),
        draw(rows([1], [1], "probe"), "u"),
        draw(rows([1], [1]).within("inner"), "u"),
    ]
    assert len({numbers.numpy().tobytes() for numbers in drawn}) == len(drawn)


def test_rows_that_follow_each_other_share_no_numbers() -> None:
    """A row may be long: the counter of the next one must not lie within it."""
    drawn = rows([7] * 4, [0, 1, 2, 3]).uniform("u", (5000,))
    assert len(torch.unique(drawn.double())) > 0.99 * drawn.numel()


@every_kind
def test_a_row_that_is_taken_twice_has_the_same_numbers_again(kind: str) -> None:
    draw = KINDS[kind]
    twice = draw(rows([1, 2], [5, 5]).take([1, 0, 1]), "u")
    assert torch.equal(twice, draw(rows([2, 1, 2], [5, 5, 5]), "u"))
    assert torch.equal(twice[[1, 0]], draw(rows([1, 2], [5, 5]), "u"))


@every_kind
def test_rows_under_several_scopes_are_those_of_each_scope_in_turn(kind: str) -> None:
    draw, two = KINDS[kind], rows([1, 2], [5, 6])
    both = two.within_each(["a", "b"])
    apart = torch.cat([draw(two.within("a"), "u"), draw(two.within("b"), "u")])
    assert torch.equal(draw(both, "u"), apart)
    assert torch.equal(draw(both.take([3, 1]), "u"), apart[[3, 1]])
    assert torch.equal(draw(both.within("c"), "u")[2:], draw(two.within("b").within("c"), "u"))


def test_many_numbers_are_the_same_on_any_number_of_threads() -> None:
    drawn = []
    before = torch.get_num_threads()
    for threads in (1, 2, 5):
        torch.set_num_threads(threads)
        drawn.append(rows(list(range(9)), [0] * 9).normal("u", (40_000,)))
    torch.set_num_threads(before)
    assert torch.equal(drawn[0], drawn[1])
    assert torch.equal(drawn[0], drawn[2])
    assert torch.equal(drawn[0][3:4], rows([3], [0]).normal("u", (40_000,)))


def test_the_game_key_depends_on_the_seed_and_the_image() -> None:
    keys = [game_key(0, "a"), game_key(1, "a"), game_key(0, "b"), game_key(11, "1"), game_key(1, "11")]
    assert len(set(keys)) == len(keys)
    assert all(0 <= key < 2**64 for key in keys)


def test_normal_numbers_are_standard_normal() -> None:
    numbers = rows([5, 6], [0, 0]).normal("u", (100_000,)).double()
    assert abs(float(numbers.mean())) < 0.01
    assert float(numbers.square().mean()) == pytest.approx(1, abs=0.015)
    assert float(numbers.pow(3).mean()) == pytest.approx(0, abs=0.04)
    assert float(numbers.pow(4).mean()) == pytest.approx(3, abs=0.1)
    assert abs(float((numbers[0] * numbers[1]).mean())) < 0.015


def test_uniform_numbers_fill_the_interval_evenly() -> None:
    numbers = rows([5, 6], [0, 0]).uniform("u", (100_000,)).double()
    assert numbers.min() >= 0
    assert numbers.max() < 1
    counts = torch.histc(numbers, 10, 0, 1)
    assert (counts - 20_000).abs().max() < 700
    assert abs(float(((numbers[0] - 0.5) * (numbers[1] - 0.5)).mean())) < 0.0015


def test_signs_are_fair_and_permutations_complete() -> None:
    signs = rows([5], [0]).signs("s", (100_000,))
    assert set(torch.unique(signs).tolist()) == {-1.0, 1.0}
    assert abs(float(signs.mean())) < 0.015
    orders = rows(list(range(4000)), [0] * 4000).permutation("p", 5)
    assert torch.equal(orders.sort(1).values, torch.arange(5).expand(4000, 5))
    assert (torch.histc(orders[:, 0].double(), 5, 0, 4) - 800).abs().max() < 130


def test_the_numbers_are_part_of_the_result_format() -> None:
    """Another generator, hash or layout would make every stored run irreproducible: then raise the format's version."""
    assert game_key(0, "image") == 2618707857721397930
    both = rows([game_key(0, "image"), 2**64 - 1], [0, 2**40])
    normal = torch.tensor([[-0.0693167374, -0.134876698, -1.15654099], [0.689970851, 2.22982264, 1.53625953]])
    uniform = torch.tensor([[0.813788414, 0.843067586, 0.643732607], [0.753741086, 0.99911761, 0.00704950094]])
    assert torch.allclose(both.normal("direction", (3,)), normal, rtol=1e-6)
    assert torch.allclose(both.uniform("patch", (3,)), uniform, rtol=1e-6)
    assert both.permutation("order", 6).tolist() == [[3, 2, 0, 4, 1, 5], [1, 2, 5, 3, 4, 0]]
