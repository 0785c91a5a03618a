import math

import pytest
import torch

from rnd_lab.attacks.patches import share_at, side_at
from rnd_lab.attacks.square import SquareSpec
from rnd_lab.attacks.square_l2 import bump
from rnd_lab.primitives.geometry import Norm
from tests.attacks.harness import Match, grey, linear, quadratic, slope


def test_the_share_is_halved_on_the_published_schedule() -> None:
    halved_at = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000]
    for halvings, (first, last) in enumerate(zip([0, *(at + 1 for at in halved_at)], [*halved_at, 9999], strict=True)):
        for step in (first, last):
            assert share_at(0.05, step, 10_000) == 0.05 / 2**halvings


def test_the_schedule_is_scaled_to_the_budget() -> None:
    assert [share_at(0.8, step, 1000) for step in (0, 1, 2, 5, 6)] == [0.8, 0.8, 0.4, 0.4, 0.2]
    assert share_at(0.8, 99_999, 100_000) == 0.8 / 512


def test_the_side_follows_from_the_share() -> None:
    assert side_at(0.05, 0, 10_000, 32, 32) == round(math.sqrt(0.05 * 32 * 32)) == 7
    assert side_at(0.05, 0, 10_000, 224, 224) == 50
    assert side_at(0.05, 9000, 10_000, 32, 32) == 0


def test_linf_starts_with_vertical_stripes() -> None:
    shape = (3, 6, 9)
    match = Match(SquareSpec(), shape, "linf", 0.1)
    match.start(0, grey(shape), linear(slope(shape)))
    match.step()
    delta = match.delta()
    assert torch.allclose(delta.abs(), torch.full(shape, 0.1))
    assert torch.equal(delta, delta[:, :1].expand(shape))
    assert set(delta.sign().flatten().tolist()) == {-1, 1}


@pytest.mark.parametrize("shape", [(3, 16, 20), (1, 9, 9)])
def test_linf_probes_paint_one_square_that_is_never_idle(shape: tuple[int, int, int]) -> None:
    match = Match(SquareSpec(p=0.3), shape, "linf", 0.1)
    match.start(0, grey(shape), quadratic(grey(shape) + 0.05))
    match.step()
    largest = 0
    for step in range(150):
        before = match.iterate()
        match.step()
        changed = (match.asked[0][-1] != before).nonzero()[:, 1:]
        assert len(changed)
        extent = (changed.amax(0) - changed.amin(0) + 1).tolist()
        side = max(side_at(0.3, step, 10_000, *shape[1:]), 1)
        assert max(extent) <= min(side, *shape[1:])
        largest = max(largest, max(extent) - side)
        painted = (match.asked[0][-1] - 0.5)[:, changed[0, 0], changed[0, 1]]
        assert torch.allclose(painted.abs(), torch.full((shape[0],), 0.1))
    assert largest == 0


def test_with_one_channel_a_patch_of_one_colour_gets_the_other() -> None:
    shape = (1, 4, 4)
    match = Match(SquareSpec(p=1), shape, "linf", 0.1)
    match.start(0, grey(shape), quadratic(grey(shape) + 1))
    match.play(40)
    assert torch.allclose(match.delta(), torch.full(shape, 0.1))
    assert all(not torch.equal(candidate, match.iterate()) for candidate in match.asked[0][20:])


def test_every_place_of_the_image_is_reached() -> None:
    shape = (1, 6, 6)
    match = Match(SquareSpec(p=0.2), shape, "linf", 0.1)
    match.start(0, grey(shape), lambda image: torch.tensor(0.0))
    match.play(300)
    touched = torch.stack([candidate != match.asked[0][0] for candidate in match.asked[0]]).any(0)
    assert touched.all()


def test_a_bump_has_length_one_and_two_halves_of_opposite_sign() -> None:
    for side in (3, 4, 7, 12):
        shape = bump(side)
        assert float(shape.norm()) == pytest.approx(1)
        assert (shape[: side // 2] > 0).all()
        assert (shape[side // 2 :] < 0).all()
        assert shape[: side // 2].argmax() == (side // 2 // 2) * side + side // 2


def test_bump_values_are_the_sums_of_the_papers_formula() -> None:
    ratio = bump(6) / bump(6)[0, 0]
    ring = {0: 1 + 1 / 4 + 1 / 9 + 1 / 16, 1: 1 / 4 + 1 / 9 + 1 / 16, 2: 1 / 9 + 1 / 16, 3: 1 / 16}
    expected = torch.tensor([[ring[max(abs(row - 1), abs(column - 3))] for column in range(6)] for row in range(3)])
    assert torch.allclose(ratio[:3], expected / ring[3], rtol=1e-5)


def test_l2_starts_with_a_grid_of_bumps_of_length_epsilon() -> None:
    shape = (3, 32, 32)
    match = Match(SquareSpec(), shape, "l2", 0.7)
    match.start(0, grey(shape), linear(slope(shape)))
    match.step()
    delta = match.delta()
    assert float(delta.norm()) == pytest.approx(0.7, rel=1e-4)
    assert not delta[:, [0, 31]].any()
    assert not delta[:, :, [0, 31]].any()
    tile = delta[0, 1:7, 1:7] / delta[0, 1:7, 1:7].norm()
    shapes = [sign * shape for sign in (1, -1) for shape in (bump(6), bump(6).T)]
    assert any(torch.allclose(tile, shape, atol=1e-4) for shape in shapes)
    assert len({tuple(delta[0, 1 + 6 * row, 1:31:6].sign().tolist()) for row in range(5)}) > 1


def test_l2_probes_use_all_of_epsilon_and_change_at_most_two_windows() -> None:
    shape = (3, 16, 16)
    match = Match(SquareSpec(p=0.1), shape, "l2", 0.7)
    match.start(0, grey(shape), linear(slope(shape)))
    match.step()
    for step in range(60):
        before = match.iterate()
        match.step()
        assert float((match.asked[0][-1] - 0.5).norm()) == pytest.approx(0.7, rel=1e-3)
        changed = ((match.asked[0][-1] - before).abs() > 1e-6).any(0)
        side = max(side_at(0.1, step, 10_000, 16, 16), 3) | 1
        assert 0 < int(changed.sum()) <= 2 * side**2


def test_l2_keeps_what_each_channel_has_beside_what_is_left_over() -> None:
    shape = (2, 9, 9)
    match = Match(SquareSpec(), shape, "l2", 0.5)
    match.start(0, grey(shape), linear(slope(shape)))
    match.step()
    image = match.iterate()
    image[1] = 0.5
    match.attack.iterate[0] = image
    unused = 0.25 - float((image - 0.5).square().sum())
    match.step()
    energies = (match.asked[0][-1] - 0.5).square().sum((1, 2))
    before = (image - 0.5).square().sum((1, 2))
    assert torch.allclose(energies, before + unused / 2, rtol=1e-3)


def test_the_first_patch_has_the_share_of_the_first_step() -> None:
    shape = (3, 20, 30)
    match = Match(SquareSpec(p=0.2), shape, "linf", 0.1, budget=10)
    match.start(0, grey(shape), linear(slope(shape)))
    match.step()
    heights = []
    for _ in range(2):
        before = match.iterate()
        match.step()
        rows = (match.asked[0][-1] != before).any(0).any(1).nonzero()
        heights.append(int(rows.max() - rows.min() + 1))
    assert heights == [11, 3]


def test_l2_turns_half_of_its_bumps_and_empties_the_second_window() -> None:
    shape = (1, 15, 15)
    match = Match(SquareSpec(), shape, "l2", 0.5)
    match.start(0, grey(shape), linear(slope(shape)))
    match.step()
    lying, emptied = set(), 0
    for _ in range(20):
        match.attack.iterate[0] = grey(shape)
        match.step()
        delta = match.asked[0][-1][0] - 0.5
        rows, columns = delta.nonzero().T
        window = delta[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] / delta.norm()
        shapes = [bump(3), -bump(3), bump(3).T, -bump(3).T]
        lying |= {index // 2 for index, shape_ in enumerate(shapes) if torch.allclose(window, shape_, atol=1e-3)}
        match.attack.iterate[0] = grey(shape) + 0.01
        match.step()
        emptied += int((match.asked[0][-1] == 0.5).sum() > 0)
    assert lying == {0, 1}
    assert emptied > 15


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_an_attacker_that_asks_twice_a_step_goes_through_the_whole_schedule(norm: Norm) -> None:
    shape = (3, 20, 30)
    match = Match(SquareSpec(p=0.8, remeasure=True), shape, norm, 0.1, budget=41)
    match.start(0, grey(shape), linear(slope(shape)))
    sizes = []
    while match.queries() < 41:
        before = match.iterate()
        match.step()
        changed = (match.asked[0][-2 if len(match.asked[0]) > 1 else -1] != before).any(0)
        sizes.append(int(changed.sum()))
    assert len(sizes) == 21
    assert sizes[-1] <= 2 * max(side_at(0.8, 9500, 10_000, 20, 30), 3) ** 2
