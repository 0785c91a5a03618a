"""Between pictures and tensors: what the model sees is what is shown, attacked, saved and recognised again."""

import hashlib
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from rnd_lab.data.image import MAX_PIXELS
from rnd_lab.primitives.errors import LabError


def to_input(image: Image.Image, input_size: tuple[int, int], resize_to: int) -> Tensor:
    """Make a model's input, float32 [3, h, w] on the grid k/255, from an RGB image.

    An image that already has ``input_size`` (height, width; pixels) keeps its exact pixels. Any other is scaled,
    keeping its proportions, until its shorter side has ``resize_to`` pixels, and the centre is cut out: the
    convention, rounding and filter (bilinear with antialiasing, by Pillow) of torchvision's evaluation. For an
    input that is not square, ``resize_to`` belongs to its shorter side and the image is scaled to cover it.

    Raises LabError for an image so elongated that the scaled one would exceed 100 megapixels.
    """
    height, width = input_size
    if image.size != (width, height):
        scaled = _scaled_size(image.size, input_size, resize_to)
        image = image.resize(scaled, Image.Resampling.BILINEAR)
        left, top = round((image.width - width) / 2), round((image.height - height) / 2)
        image = image.crop((left, top, left + width, top + height))
    return torch.from_numpy(np.array(image)).permute(2, 0, 1).contiguous().to(torch.float32).div_(255)


def _scaled_size(size: tuple[int, int], input_size: tuple[int, int], resize_to: int) -> tuple[int, int]:
    width, height = size
    rows, columns = (round(side * resize_to / min(input_size)) for side in input_size)
    if width * rows <= height * columns:
        scaled = columns, height * columns // width
    else:
        scaled = width * rows // height, rows
    if scaled[0] * scaled[1] > MAX_PIXELS:
        raise LabError(f"An image of {width} x {height} pixels is too elongated to be scaled. Crop it first.")
    return scaled


def to_bytes(image: Tensor) -> Tensor:
    """Round an image float [3, h, w] in [0, 1] to uint8: the nearest of k/255, clamped; off by at most 1/510.

    Raises ValueError for another shape or numbers that are not finite.
    """
    if image.ndim != 3 or image.shape[0] != 3 or not bool(image.isfinite().all()):
        raise ValueError(f"expected a finite image [3, h, w], got {tuple(image.shape)}")
    return image.detach().cpu().to(torch.float32).mul(255).round_().clamp_(0, 255).to(torch.uint8)


def to_png(image: Tensor, path: Path) -> None:
    """Save an image float [3, h, w] in [0, 1] as a PNG of its true pixels, rounded as :func:`to_bytes` tells.

    Raises LabError where the file cannot be written.
    """
    picture = Image.fromarray(to_bytes(image).permute(1, 2, 0).contiguous().numpy())
    try:
        picture.save(path, format="PNG")
    except OSError as error:
        raise LabError(f"{path} cannot be written: {error.strerror or error}. Choose another place.") from error


def image_key(image: Tensor) -> str:
    """Identity of an image float [3, h, w]: the sha256 (hex) of its size and its pixels as :func:`to_bytes` rounds.

    The same picture has the same key on every device and machine, whichever file it came from.
    """
    pixels = to_bytes(image)
    return hashlib.sha256(str(tuple(pixels.shape)).encode() + pixels.contiguous().numpy().tobytes()).hexdigest()
