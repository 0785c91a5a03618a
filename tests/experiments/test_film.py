"""The film of a game."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageSequence
from torch import Tensor

from rnd_lab.experiments.film import MOST_FRAMES, Film
from rnd_lab.primitives.errors import LabError


def picture(step: int) -> Tensor:
    return torch.full((3, 8, 8), 0.2 + 0.0005 * step)


def shot(steps: int) -> Film:
    film = Film(picture(0))
    for step in range(1, steps + 1):
        film.add(2 * step, picture(step), last=step == steps)
    return film


@given(st.integers(1, 1200))
def test_a_film_of_any_length_has_few_frames_the_first_and_the_last_among_them(steps: int) -> None:
    film = shot(steps)
    probes = [frame.probes for frame in film.frames]
    assert len(probes) <= MOST_FRAMES
    assert len(probes) >= min(steps + 1, MOST_FRAMES // 2)
    assert (probes[0], probes[-1]) == (0, 2 * steps)
    gaps = [after - before for before, after in pairwise(probes)]
    assert len(set(gaps[:-1])) <= 1
    assert 0 < gaps[-1] <= 2 * gaps[0]
    for frame in film.frames:
        assert torch.equal(frame.image, picture(frame.probes // 2))


def test_frames_are_copies() -> None:
    film, image = Film(picture(0)), picture(1)
    film.add(1, image)
    image += 1
    assert torch.equal(film.frames[1].image, picture(1))


def colours(frame: Image.Image) -> list[tuple[int, ...]]:
    """The colour in the middle of each third."""
    third = frame.width // 3
    rgb = frame.convert("RGB")
    pixels = np.asarray(rgb)[frame.height // 2]
    return [tuple(pixels[third * place + third // 2].tolist()) for place in range(3)]


def test_the_gif_shows_original_best_guess_and_perturbation(tmp_path: Path) -> None:
    film = Film(torch.full((3, 8, 8), 100 / 255))
    for level in range(1, 21):
        film.add(level, torch.full((3, 8, 8), (100 + level) / 255))
    film.save_gif(tmp_path / "film.gif", scale_to=64)
    with Image.open(tmp_path / "film.gif") as gif:
        assert gif.size == (3 * 64 + 8, 64)
        frames = [colours(frame) for frame in ImageSequence.Iterator(gif)]
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(gif)]
    assert len(frames) == len(film.frames) == 21
    for level, (original, guess, perturbation) in enumerate(frames):
        assert original == pytest.approx((100,) * 3, abs=1)
        assert guess == pytest.approx((100 + level,) * 3, abs=1)
        assert perturbation == pytest.approx((127.5 + 127.5 * level / 20,) * 3, abs=2)
    assert durations == [100] * 20 + [2000]


def test_a_guess_that_does_not_change_takes_its_time(tmp_path: Path) -> None:
    film = Film(picture(0))
    for step in range(10):
        film.add(step, picture(100 if step == 9 else 0))
    film.save_gif(tmp_path / "film.gif")
    with Image.open(tmp_path / "film.gif") as gif:
        assert sum(frame.info["duration"] for frame in ImageSequence.Iterator(gif)) == 10 * 100 + 2000


def test_a_game_that_ended_at_once_is_a_film_too(tmp_path: Path) -> None:
    Film(picture(0)).save_gif(tmp_path / "film.gif")
    with Image.open(tmp_path / "film.gif") as gif:
        assert colours(gif)[2] == pytest.approx((128,) * 3, abs=1)


def test_a_film_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="cannot be saved"):
        shot(3).save_gif(tmp_path / "none" / "film.gif")
