"""RND: what it adds to a query, and stacks of defenses."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from torch import Tensor

from rnd_lab.defenses.defense import Answer, DefenseSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.primitives.draws import Rows
from tests.defenses.asking import seen

GREY = torch.full((200, 3, 8, 8), 0.5)


@pytest.mark.parametrize("nu", [0.005, 0.02, 0.1])
def test_the_noise_is_normal_with_deviation_nu(nu: float) -> None:
    noise = (seen(GREY, RndSpec(nu=nu)) - 0.5).double() / nu
    assert float(noise.mean()) == pytest.approx(0, abs=0.02)
    assert float(noise.square().mean()) == pytest.approx(1, abs=0.03)
    assert float(noise.pow(4).mean()) == pytest.approx(3, abs=0.2)


def test_the_noise_is_fresh_for_every_query_pixel_and_game() -> None:
    spec = RndSpec(nu=0.02)
    noise = seen(GREY, spec) - 0.5
    later, elsewhere = seen(GREY, spec, first=200) - 0.5, seen(GREY, spec, key=10) - 0.5
    for other in (later, elsewhere, noise.roll(1, 0), noise.roll(1, 1), noise.roll(1, 3)):
        correlation = (noise.double() * other).mean() / 0.02**2
        assert abs(float(correlation)) < 0.03
    assert torch.equal(seen(GREY[:50], spec, first=100) - 0.5, noise[100:150])


@given(nu=st.floats(0, 1), level=st.floats(0, 1))
def test_the_model_sees_images_in_the_box(nu: float, level: float) -> None:
    shown = seen(torch.full((2, 3, 8, 8), level), RndSpec(nu=nu))
    assert shown.min() >= 0
    assert shown.max() <= 1


def test_at_black_and_white_half_of_the_noise_is_cut_off() -> None:
    for level in (0.0, 1.0):
        shown = seen(torch.full((200, 3, 8, 8), level), RndSpec(nu=0.1))
        assert float((shown == level).double().mean()) == pytest.approx(0.5, abs=0.01)


def test_without_noise_the_model_sees_the_image_itself() -> None:
    images = torch.rand(5, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    assert torch.equal(seen(images, RndSpec(nu=0)), images)
    assert torch.equal(seen(images), images)


def test_the_image_that_is_asked_is_not_changed() -> None:
    images = GREY.clone()
    seen(images, RndSpec(nu=0.1))
    assert torch.equal(images, GREY)


def test_nu_is_a_part_of_the_pixel_range() -> None:
    for wrong in (-0.01, 1.01, float("nan")):
        with pytest.raises(ValidationError):
            RndSpec(nu=wrong)


class Dimmed(DefenseSpec):
    """Halves every image."""

    title = "Dimmed"
    summary = "Halves every image."
    random = False
    name: str = "dimmed"

    def answer(self, images: Tensor, rows: Rows, model: Answer) -> Tensor:
        return model(images / 2)


def test_the_first_defense_of_a_stack_sees_the_query_first() -> None:
    noisy_first, dimmed_first = seen(GREY, RndSpec(nu=0.1), Dimmed()), seen(GREY, Dimmed(), RndSpec(nu=0.1))
    assert float(noisy_first.std()) == pytest.approx(0.05, rel=0.05)
    assert float(dimmed_first.std()) == pytest.approx(0.1, rel=0.05)
    assert float(noisy_first.mean()) == pytest.approx(0.25, abs=0.01)
    assert float(dimmed_first.mean()) == pytest.approx(0.25, abs=0.01)


def test_two_of_a_kind_in_a_stack_draw_numbers_of_their_own() -> None:
    """The same numbers twice would make the deviation 0.1, not 0.05 · √2."""
    assert float(seen(GREY, RndSpec(nu=0.05), RndSpec(nu=0.05)).std()) == pytest.approx(0.0707, rel=0.03)
