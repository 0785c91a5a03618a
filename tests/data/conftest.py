"""Tiny pictures and data sets."""

from pathlib import Path

import numpy as np
from PIL import Image


def write_picture(path: Path, seed: int = 0, size: int = 8) -> None:
    """A PNG of noise; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(noise(seed, size)).save(path, "PNG")


def noise(seed: int, size: int = 8) -> np.ndarray:
    """Pixels uint8 [size, size, 3]."""
    return np.random.default_rng(seed).integers(0, 256, (size, size, 3), dtype=np.uint8)
