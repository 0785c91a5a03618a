"""Projected gradient descent on a network's own gradient."""

import pytest
import torch
from torch import Tensor

from rnd_lab.training.pgd import pgd

WEIGHTS = torch.randn(3 * 8 * 8, 10, generator=torch.Generator().manual_seed(0))
IMAGES = torch.rand(6, 3, 8, 8, generator=torch.Generator().manual_seed(1))
LABELS = torch.arange(6)


def linear(images: Tensor) -> Tensor:
    return images.flatten(1) @ WEIGHTS


def found(epsilon: float, step: float, steps: int, seed: int = 0) -> Tensor:
    return pgd(linear, IMAGES, LABELS, epsilon, step, steps, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("steps", [1, 7])
def test_what_is_found_lies_in_the_ball_and_in_the_box(steps: int) -> None:
    images = found(0.1, 0.3, steps)
    assert (images - IMAGES).abs().max() <= 0.1 + 1e-6
    assert images.min() >= 0
    assert images.max() <= 1
    assert not images.requires_grad


def test_it_raises_the_loss_more_than_a_random_corner_of_the_ball() -> None:
    def loss(images: Tensor) -> float:
        return float(torch.nn.functional.cross_entropy(linear(images), LABELS))

    random = (IMAGES + 0.1 * torch.sign(torch.rand(IMAGES.shape) - 0.5)).clamp(0, 1)
    assert loss(found(0.1, 0.02, 10)) > loss(random) + 1
    assert loss(found(0.1, 0.02, 10)) > loss(IMAGES) + 1


def test_one_long_step_goes_to_the_corner_that_the_gradient_shows() -> None:
    """With two classes the gradient's sign is that of the difference of their weights, wherever it is taken."""
    weights = torch.stack([torch.zeros(192), WEIGHTS[:, 0]], 1)
    grey = torch.full((2, 3, 8, 8), 0.5)
    images = pgd(lambda x: x.flatten(1) @ weights, grey, torch.tensor([0, 1]), 0.1, 0.2, 1, torch.Generator())
    expected = 0.1 * torch.stack([WEIGHTS[:, 0], -WEIGHTS[:, 0]]).sign().view(2, 3, 8, 8)
    assert torch.allclose(images - grey, expected, atol=1e-6)


def test_the_start_is_random_in_the_ball_and_the_seed_decides() -> None:
    images = found(0.1, 0.0, 1)
    assert torch.equal(found(0.1, 0.0, 1), images)
    assert not torch.equal(found(0.1, 0.0, 1, seed=1), images)
    inside = ((IMAGES > 0.1) & (IMAGES < 0.9)).nonzero(as_tuple=True)
    assert float((images - IMAGES)[inside].square().mean().sqrt()) == pytest.approx(0.1 / 3**0.5, rel=0.1)
