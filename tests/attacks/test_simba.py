import pytest
import torch
from torch import Tensor

from rnd_lab.attacks.bases import Basis, frequency_rings, matrix
from rnd_lab.attacks.simba import SimbaSpec
from tests.attacks.harness import Match, grey, linear, quadratic, slope

SHAPE = (3, 4, 6)


def images(size_down: int, size_across: int) -> Tensor:
    """All basis images of one channel, a row each."""
    down, across = matrix("dct", size_down), matrix("dct", size_across)
    return torch.einsum("ky,lx->klyx", down, across).flatten(2).flatten(0, 1)


def test_the_dct_basis_is_orthonormal() -> None:
    basis = images(4, 6)
    assert torch.allclose(basis @ basis.T, torch.eye(24), atol=1e-6)


def test_dct_vectors_are_ordered_by_their_number_of_changes_of_sign() -> None:
    signs = matrix("dct", 16).sign()
    assert [(row[1:] != row[:-1]).sum().item() for row in signs] == list(range(16))


def test_rings_of_frequencies_begin_with_the_lowest() -> None:
    rings = frequency_rings(8, 8, frequencies=3, stride=2).view(8, 8)
    assert rings.diagonal().tolist() == [0, 0, 0, 1, 1, 2, 2, 3]
    assert rings[0].tolist() == rings[:, 0].tolist() == rings.diagonal().tolist()


@pytest.mark.parametrize("basis", ["pixel", "dct"])
def test_every_coordinate_is_asked_once_forwards_and_at_most_once_backwards(basis: Basis) -> None:
    match = Match(SimbaSpec(basis=basis, step=0.02), SHAPE, "l2", 100.0)
    match.start(0, grey(SHAPE), linear(slope(SHAPE)))
    used: list[tuple[int, int]] = []
    axes = matrix(basis, 4), matrix(basis, 6)
    match.step()
    while len({coordinate for coordinate, _ in used}) < 72 or match.told[0][-1] > match.attack.loss[0]:
        before = match.iterate()
        match.step()
        move = (match.asked[0][-1] - before) / 0.02
        coefficients = torch.einsum("ky,lx,cyx->ckl", *axes, move).flatten()
        place = int(coefficients.abs().argmax())
        assert float(coefficients.abs().sum()) == pytest.approx(1, abs=1e-2)
        used.append((place, round(float(coefficients[place]))))
    assert len(set(used)) == len(used)
    assert {coordinate for coordinate, _ in used} == set(range(72))
    gained = -0.02 * torch.einsum("ky,lx,cyx->ckl", *axes, slope(SHAPE)).abs().sum()
    assert match.told[0][-1] == pytest.approx(float(linear(slope(SHAPE))(grey(SHAPE)) + gained), rel=1e-3)


def test_a_new_order_begins_when_all_coordinates_are_used() -> None:
    match = Match(SimbaSpec(step=0.01), (1, 2, 2), "l2", 100.0)
    match.start(0, grey((1, 2, 2)), quadratic(grey((1, 2, 2)) + 0.3))
    match.play(1 + 4 * 30 + 8)
    assert torch.allclose(match.iterate(), torch.full((1, 2, 2), 0.8), atol=0.012)


def test_low_frequencies_come_first() -> None:
    match = Match(SimbaSpec(basis="dct", frequencies=2, stride=1, step=0.01), (1, 6, 6), "l2", 100.0)
    match.start(0, grey((1, 6, 6)), linear(slope((1, 6, 6))))
    match.step()
    down = matrix("dct", 6)
    highest: list[int] = []
    while highest.count(5) < 5:
        before = match.iterate()
        match.step()
        place = int((down @ (match.asked[0][-1] - before)[0] @ down.T).abs().argmax())
        highest.append(max(place // 6, place % 6))
    rings = [max(frequency, 1) for frequency in highest]
    assert rings == sorted(rings)
    assert set(rings) == {1, 2, 3, 4, 5}


def test_a_side_that_the_box_holds_is_not_asked() -> None:
    shape = (1, 3, 3)
    match = Match(SimbaSpec(), shape, "l2", 10.0)
    match.start(0, torch.ones(shape), linear(torch.ones(shape)))
    for _ in range(10):
        match.step()
    assert match.told[0] == pytest.approx([9 - 0.2 * k for k in range(10)])
    assert match.attack.published(0, 10) == 1 + 2 * 9


def test_every_query_counts_where_the_iterate_is_asked_again() -> None:
    shape = (1, 3, 3)
    match = Match(SimbaSpec(step=0.1, remeasure=True), shape, "l2", 10.0)
    match.start(0, grey(shape), quadratic(grey(shape)))
    match.play(19)
    assert match.attack.published(0, 19) == 19


def test_the_published_count_leaves_out_second_sides_that_failed() -> None:
    shape = (1, 3, 3)
    match = Match(SimbaSpec(step=0.1), shape, "l2", 10.0)
    match.start(0, grey(shape), quadratic(grey(shape)))
    match.play(1 + 18)
    assert match.attack.published(0, 19) == 1 + 9
    match.start(0, grey(shape), linear(torch.ones(shape)))
    match.play(1 + 18)
    assert match.attack.published(0, 19) == 1 + 18
