"""Blacklight: an attack's queries resemble each other, and other people's pictures do not."""

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor, nn

from rnd_lab.attacks.square import SquareSpec
from rnd_lab.data.gallery import gallery
from rnd_lab.data.image import open_image
from rnd_lab.data.pixels import to_input
from rnd_lab.defenses.blacklight import BlacklightSpec
from rnd_lab.game.outcome import Game
from rnd_lab.game.threat import ThreatModel
from rnd_lab.models.load import load
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError
from tests.toys import driver, play

SHIPPED = [image for image in gallery() if image.data_set == "cifar10"]
IMAGES = [to_input(open_image(image.path), (32, 32), 32) for image in SHIPPED]


@pytest.fixture(scope="module")
def resnet() -> nn.Module:
    return load(ModelSpec()).network


def flags(images: list[Tensor], key: int = 1, **settings: int) -> list[bool]:
    detector = BlacklightSpec.model_validate(settings).detector(key)
    return [detector.flags(image) for image in images]


def near(image: Tensor, seed: int, size: float = 0.02) -> Tensor:
    """The image with another patch."""
    changed = image.clone()
    at = seed % 24
    changed[:, at : at + 6, at : at + 6] += size
    return changed.clamp(0, 1)


def test_pictures_of_different_things_are_not_flagged() -> None:
    assert not any(flags(IMAGES))


def test_near_duplicates_are_flagged_from_the_second_on() -> None:
    assert flags([near(IMAGES[0], seed) for seed in range(8)]) == [False] + [True] * 7


def test_queries_of_few_hashes_share_no_more_than_these() -> None:
    """With a window of one value there are as many hashes as grey levels, six of them with these steps."""
    noise = torch.rand(4, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    assert flags([*noise], window=1) == [False] * 4
    assert flags([noise[0], noise[0]], window=1, threshold=5) == [False, True]


def test_a_near_duplicate_is_recognised_after_many_other_queries() -> None:
    noise = torch.rand(300, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    found = flags([IMAGES[0], *noise, near(IMAGES[0], 3)])
    assert found == [False] * 301 + [True]


def test_squares_queries_are_flagged_and_its_answers_are_the_models(resnet: nn.Module) -> None:
    games = [Game(SHIPPED[at].name, IMAGES[at], SHIPPED[at].label) for at in (2, 33)]

    def outcomes(*stack: BlacklightSpec) -> list[tuple[list[float], int, int]]:
        played = driver(resnet, SquareSpec(), ThreatModel(budget=40), stack, shape=(3, 32, 32), slots=2)
        return [(it.trace.told, it.account.paid, it.account.flagged) for it in play(played, games)]

    watched, unwatched = outcomes(BlacklightSpec()), outcomes()
    for (told, paid, flagged), (expected, _, none) in zip(watched, unwatched, strict=True):
        assert told == expected
        assert none == 0
        assert 0.9 * paid <= flagged < paid


def test_every_game_has_a_memory_and_a_secret_of_its_own() -> None:
    spec = BlacklightSpec()
    first, second = spec.detector(1), spec.detector(1)
    assert [first.flags(IMAGES[0]), second.flags(IMAGES[0]), first.flags(IMAGES[0])] == [False, False, True]
    changes = [near(IMAGES[0], seed, 0.1) for seed in range(20)]
    strict = {"threshold": 45}
    assert flags(changes, 1, **strict) == flags(changes, 1, **strict)
    assert any(flags(changes, 1, **strict) != flags(changes, key, **strict) for key in range(2, 8))


def test_a_higher_threshold_flags_less() -> None:
    images = [near(IMAGES[0], seed, 0.2) for seed in range(30)]
    counts = [sum(flags(images, threshold=threshold)) for threshold in (1, 25, 50)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == 29
    assert counts[2] < 29


def test_a_threshold_that_no_query_can_reach_is_refused() -> None:
    with pytest.raises(ValidationError, match="lower threshold"):
        BlacklightSpec(hashes=20)


def test_a_picture_smaller_than_the_window_is_refused_in_words() -> None:
    with pytest.raises(LabError, match="Choose a shorter one"):
        flags([torch.zeros(3, 2, 2)])
