"""Defenses that change the query: JPEG and bit depth."""

from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image
from pydantic import ValidationError

from rnd_lab.data.gallery import gallery
from rnd_lab.data.image import open_image
from rnd_lab.data.pixels import to_input
from rnd_lab.defenses.bit_depth import BitDepthSpec
from rnd_lab.defenses.jpeg import JpegSpec
from tests.defenses.asking import seen

PICTURES = [open_image(image.path) for image in gallery()[:3]]
IMAGES = torch.stack([to_input(picture, (32, 32), 32) for picture in PICTURES])


@pytest.mark.parametrize("quality", [10, 75])
def test_the_model_sees_the_picture_as_a_jpeg_of_that_quality(quality: int) -> None:
    shown = seen(IMAGES, JpegSpec(quality=quality))
    for image, picture in zip(shown, PICTURES, strict=True):
        file = BytesIO()
        picture.save(file, "JPEG", quality=quality)
        expected = np.asarray(Image.open(file), np.float32) / 255
        assert np.allclose(image.permute(1, 2, 0).numpy(), expected, atol=1e-6)


def test_less_quality_is_farther_from_the_picture() -> None:
    errors = [float((seen(IMAGES, JpegSpec(quality=quality)) - IMAGES).square().mean()) for quality in (95, 75, 25)]
    assert errors == sorted(errors)
    assert errors[0] > 0


@pytest.mark.parametrize("bits", [1, 3, 8])
def test_so_many_bits_are_left(bits: int) -> None:
    shown = seen(IMAGES, BitDepthSpec(bits=bits))
    assert len(torch.unique(shown)) <= 2**bits
    assert float((shown - IMAGES).abs().max()) <= 0.5 / (2**bits - 1) + 1e-6


def test_eight_bits_leave_an_eight_bit_picture_as_it_is() -> None:
    assert torch.allclose(seen(IMAGES, BitDepthSpec(bits=8)), IMAGES, atol=1e-7)


def test_settings_out_of_range_are_refused() -> None:
    for kind, wrong in ((JpegSpec, {"quality": 0}), (JpegSpec, {"quality": 101}), (BitDepthSpec, {"bits": 9})):
        with pytest.raises(ValidationError):
            kind.model_validate(wrong)
