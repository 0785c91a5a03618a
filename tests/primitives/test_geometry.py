"""The ball and the box."""

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import Tensor

from rnd_lab.primitives.geometry import Norm, l2, linf, project, to_grid, unit_step

NORMS = st.sampled_from(["linf", "l2"])
SEEDS = st.integers(0, 2**32)
SHAPES = st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 9), st.integers(1, 9))


def size(delta: Tensor, norm: Norm) -> Tensor:
    return linf(delta) if norm == "linf" else l2(delta)


def scenery(shape: tuple[int, ...], seed: int, spread: float) -> tuple[Tensor, Tensor]:
    """Eight-bit images, black and white among their pixels, and candidates around them, also outside the box."""
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(-60, 316, shape, generator=generator).clamp(0, 255) / 255
    return images, images + spread * torch.randn(shape, generator=generator)


@given(shape=SHAPES, norm=NORMS, epsilon=st.floats(1e-3, 3), spread=st.floats(0, 3), seed=SEEDS)
def test_projected_candidates_are_in_the_ball_and_in_the_box_and_stay_there(
    shape: tuple[int, ...], norm: Norm, epsilon: float, spread: float, seed: int
) -> None:
    images, candidates = scenery(shape, seed, spread)
    projected = project(candidates, images, epsilon, norm)
    assert (size(projected - images, norm) <= epsilon * (1 + 1e-6) + 1e-7).all()
    assert projected.min() >= 0
    assert projected.max() <= 1
    again = project(projected, images, epsilon, norm)
    if norm == "linf":
        assert torch.equal(again, projected)
    else:
        assert torch.allclose(again, projected, rtol=0, atol=1e-6)


@given(shape=SHAPES, norm=NORMS, epsilon=st.floats(1e-3, 3), seed=SEEDS)
def test_what_is_allowed_is_left_alone(shape: tuple[int, ...], norm: Norm, epsilon: float, seed: int) -> None:
    images, candidates = scenery(shape, seed, 1)
    inside = project(images + 0.9 * (project(candidates, images, epsilon, norm) - images), images, epsilon, norm)
    assert torch.allclose(project(inside, images, epsilon, norm), inside, rtol=0, atol=1e-7)


def test_projection_keeps_to_the_nearest_point() -> None:
    images = torch.full((1, 1, 1, 2), 0.5)
    candidates = torch.tensor([[[[0.9, 0.5 - 0.3]]]])
    assert torch.allclose(project(candidates, images, 0.1, "linf"), torch.tensor([[[[0.6, 0.4]]]]))
    assert torch.allclose(project(candidates, images, 0.25, "l2"), torch.tensor([[[[0.7, 0.35]]]]))


def test_each_row_is_projected_around_its_own_image() -> None:
    images, candidates = scenery((5, 3, 4, 4), 1, 0.5)
    together = project(candidates, images, 0.3, "l2")
    alone = [project(candidates[row : row + 1], images[row : row + 1], 0.3, "l2") for row in range(5)]
    assert torch.equal(together, torch.cat(alone))


@given(shape=SHAPES, norm=NORMS, epsilon=st.floats(2e-3, 3), spread=st.floats(0, 0.5), seed=SEEDS)
def test_the_eight_bit_image_is_on_the_grid_and_in_the_ball(
    shape: tuple[int, ...], norm: Norm, epsilon: float, spread: float, seed: int
) -> None:
    images, candidates = scenery(shape, seed, spread)
    candidates = project(candidates, images, epsilon, norm)
    rounded = to_grid(candidates, images, epsilon, norm)
    levels = (rounded.double() * 255).round()
    assert torch.equal((levels / 255).float(), rounded)
    assert levels.min() >= 0
    assert levels.max() <= 255
    steps = levels - (images.double() * 255).round()
    assert (size(steps, norm) <= 255 * epsilon * (1 + 1e-6) + 1e-4).all()
    assert (rounded - candidates).abs().max() <= 1 / 255 + 1e-6
    assert torch.equal(to_grid(rounded, images, epsilon, norm), rounded)


@given(values=st.integers(1, 200), scale=st.floats(0.95, 40), seed=SEEDS)
def test_even_values_just_below_a_step_do_not_leave_the_l2_ball(values: int, scale: float, seed: int) -> None:
    images = torch.full((1, 1, 1, values), 128 / 255)
    signs = torch.randint(2, images.shape, generator=torch.Generator().manual_seed(seed)) * 2.0 - 1
    epsilon = scale * values**0.5 / 255
    rounded = to_grid(images + signs * scale / 255, images, epsilon, "l2")
    assert float(l2(((rounded - images) * 255).round().double())) <= 255 * epsilon * (1 + 1e-6)


@given(seed=SEEDS, epsilon=st.floats(0.1, 2))
def test_rounding_wastes_no_more_of_the_l2_ball_than_one_step(seed: int, epsilon: float) -> None:
    """Cutting all fractions off would lose a tenth of a perturbation of a few steps a pixel, and the attack with it."""
    images = torch.full((2, 3, 16, 16), 128 / 255)
    direction = torch.randn(images.shape, generator=torch.Generator().manual_seed(seed))
    candidates = project(images + direction, images, epsilon, "l2")
    steps = (candidates - images).double() * 255
    rounded = (to_grid(candidates, images, epsilon, "l2") - images).double() * 255
    nearest = steps.round()
    outside = l2(nearest) > 255 * epsilon
    assert torch.allclose(rounded[~outside], nearest[~outside], atol=1e-3)
    left = (255 * epsilon) ** 2 - l2(rounded).square()
    assert (left[outside] <= 2 * linf(nearest)[outside]).all()


@given(steps=st.integers(1, 30), seed=SEEDS)
def test_an_epsilon_of_whole_steps_allows_all_of_them(steps: int, seed: int) -> None:
    images, candidates = scenery((1, 3, 8, 8), seed, 1)
    epsilon = round(steps / 255, 7)
    rounded = to_grid(project(candidates, images, epsilon, "linf"), images, epsilon, "linf")
    assume(candidates.min() < -epsilon)
    assert float(linf(rounded - images)) == pytest.approx(epsilon, abs=1e-6)


@given(steps=st.integers(1, 30), short=st.floats(0, 3e-5), seed=SEEDS)
def test_a_little_less_than_whole_steps_allows_one_less(steps: int, short: float, seed: int) -> None:
    """By more than the precision of what users type and of float32, that is."""
    images, candidates = scenery((1, 3, 8, 8), seed, 1)
    epsilon = steps / 255 * (1 - short)
    rounded = to_grid(project(candidates, images, epsilon, "linf"), images, epsilon, "linf")
    assert float(linf(rounded - images)) <= epsilon * (1 + 1e-5) + 1e-7


def test_unit_steps_have_length_one() -> None:
    gradient = torch.tensor([[[[3.0, -4.0]]], [[[0.0, 0.0]]]])
    assert torch.allclose(unit_step(gradient, "l2"), torch.tensor([[[[0.6, -0.8]]], [[[0.0, 0.0]]]]))
    assert torch.equal(unit_step(gradient, "linf"), torch.tensor([[[[1.0, -1.0]]], [[[0.0, 0.0]]]]))
