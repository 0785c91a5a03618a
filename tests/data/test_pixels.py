"""What the model sees is what is shown, saved and recognised again."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from rnd_lab.data.image import open_image
from rnd_lab.data.pixels import image_key, to_bytes, to_input, to_png
from rnd_lab.primitives.errors import LabError


def picture(width: int, height: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8))


def test_an_image_of_the_right_size_keeps_its_exact_pixels() -> None:
    image = picture(24, 32)
    tensor = to_input(image, (32, 24), 99)
    assert tensor.shape == (3, 32, 24)
    assert tensor.dtype == torch.float32
    expected = torch.from_numpy(np.array(image)).permute(2, 0, 1)
    assert torch.equal(tensor, expected.float() / 255)
    assert torch.equal(to_bytes(tensor), expected)


@pytest.mark.parametrize("size", [(299, 299), (500, 333), (301, 640), (40, 60)])
def test_other_sizes_are_prepared_as_torchvision_does_it(size: tuple[int, int]) -> None:
    from rnd_lab.primitives.torchvision_safe import torchvision

    image = picture(*size)
    transforms = torchvision.transforms
    expected = transforms.Compose([transforms.Resize(232), transforms.CenterCrop(224)])(image)
    assert np.array_equal(to_bytes(to_input(image, (224, 224), 232)).permute(1, 2, 0).numpy(), np.array(expected))


@settings(max_examples=40, deadline=None)
@given(*[st.integers(1, 90) for _ in range(4)], st.integers(0, 20))
def test_any_image_fills_any_input_with_true_pixel_values(w: int, h: int, rows: int, columns: int, more: int) -> None:
    tensor = to_input(picture(w, h), (rows, columns), min(rows, columns) + more)
    assert tensor.shape == (3, rows, columns)
    assert torch.equal(to_bytes(tensor).float() / 255, tensor)


def test_scaling_adds_no_border() -> None:
    assert (to_input(Image.new("RGB", (71, 33), "white"), (48, 32), 37) == 1).all()


def test_an_elongated_image_cannot_exhaust_the_memory() -> None:
    with pytest.raises(LabError, match="elongated"):
        to_input(Image.new("RGB", (100_000, 1)), (224, 224), 256)


def test_a_saved_png_holds_the_true_pixels(tmp_path: Path) -> None:
    tensor = to_input(picture(32, 32), (32, 32), 32)
    to_png(tensor, tmp_path / "a.png")
    again = to_input(open_image(tmp_path / "a.png"), (32, 32), 32)
    assert torch.equal(again, tensor)
    assert image_key(again) == image_key(tensor)


def test_saving_rounds_to_the_nearest_pixel_value_and_clamps(tmp_path: Path) -> None:
    values = torch.tensor([-0.1, 0.4 / 255, 0.6 / 255, 127.4 / 255, 1.2])
    to_png(values.expand(3, 1, 5), tmp_path / "b.png")
    assert np.asarray(open_image(tmp_path / "b.png"))[0, :, 0].tolist() == [0, 0, 1, 127, 255]


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="cannot be written"):
        to_png(torch.zeros(3, 4, 4), tmp_path / "no" / "c.png")


def test_numbers_that_are_no_pixels_are_refused() -> None:
    for bad in (torch.full((3, 2, 2), float("nan")), torch.zeros(1, 3, 2, 2), torch.zeros(1, 2, 2)):
        with pytest.raises(ValueError, match="expected a finite image"):
            to_bytes(bad)


def test_a_key_tells_pixels_and_shape_apart_but_not_memory_or_precision() -> None:
    image = to_input(picture(6, 4), (4, 6), 6)
    same = image.double().permute(0, 2, 1).contiguous().permute(0, 2, 1)
    other = image.clone()
    other[0, 0, 0] = (other[0, 0, 0] * 255 + 1) % 256 / 255
    assert image_key(same) == image_key(image)
    assert len({image_key(image), image_key(other), image_key(image.reshape(3, 6, 4))}) == 3
