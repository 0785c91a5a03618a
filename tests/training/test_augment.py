"""Crops and flips."""

import torch

from rnd_lab.training.augment import PADDING, crop_and_flip, pad

IMAGES = torch.randint(1, 256, (20, 3, 32, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


def draw(rows: torch.Tensor, seed: int = 1) -> torch.Tensor:
    return crop_and_flip(pad(IMAGES), rows, torch.Generator().manual_seed(seed))


def test_every_crop_is_a_window_of_its_padded_image_or_the_mirror_of_one() -> None:
    rows = torch.arange(20)
    padded = pad(IMAGES).float() / 255
    places = []
    for image, cut in zip(padded, draw(rows), strict=True):
        found = [
            (top, left, flipped)
            for top in range(2 * PADDING + 1)
            for left in range(2 * PADDING + 1)
            for flipped in (False, True)
            if torch.equal(image[:, top : top + 32, left : left + 32], cut.flip(2) if flipped else cut)
        ]
        assert len(found) == 1
        places += found
    assert len({(top, left) for top, left, _ in places}) > 10
    assert {flipped for _, _, flipped in places} == {False, True}


def test_windows_and_flips_are_even() -> None:
    """The one lit pixel of an image tells where it was cut; where it lies left of the middle, it was not mirrored."""
    image = torch.zeros(1, 3, 32, 32, dtype=torch.uint8)
    image[:, :, 16, 8] = 255
    cuts = crop_and_flip(pad(image), torch.zeros(9000, dtype=torch.int64), torch.Generator().manual_seed(2))
    lit = cuts[:, 0].nonzero()
    assert len(lit) == 9000
    mirrored = lit[:, 2] > 15
    assert abs(float(mirrored.double().mean()) - 0.5) < 0.02
    tops = torch.bincount(20 - lit[:, 1], minlength=9)
    lefts = torch.bincount(12 - torch.where(mirrored, 31 - lit[:, 2], lit[:, 2]), minlength=9)
    for counts in (tops, lefts):
        assert len(counts) == 9
        assert (counts - 1000).abs().max() < 130


def test_crops_are_float_images_in_the_box_in_the_order_asked() -> None:
    cuts = draw(torch.tensor([3, 3, 7]))
    assert cuts.shape == (3, 3, 32, 32)
    assert cuts.dtype == torch.float32
    assert cuts.min() == 0
    assert cuts.max() == 1
    assert torch.equal(draw(torch.tensor([3, 3, 7])), cuts)
    assert not torch.equal(draw(torch.tensor([3, 3, 7]), seed=2), cuts)
