"""From the arrays of a snapshot to pictures on screen."""

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

Floats = npt.NDArray[np.float32]
STRENGTHS = (0, 1, 5, 10, 20)
"""Factors k that the perturbation can be multiplied by; 0 chooses one that makes the largest change just visible."""


def picture(image: Floats) -> QImage:
    """The true pixels of an image float32 [3, h, w] in [0, 1], rounded to 8 bits."""
    return _to_qimage(np.rint(image * 255).clip(0, 255))


def perturbation(image: Floats, original: Floats, strength: float) -> QImage:
    """The signed difference of two images float32 [3, h, w], times ``strength``, around mid-grey."""
    return _to_qimage(np.rint((image - original) * (strength * 255) + 127.5).clip(0, 255))


def fitting_strength(image: Floats, original: Floats) -> float:
    """The factor that stretches the largest difference to full black or white, three digits; 1 without a difference."""
    largest = float(np.abs(image - original).max(initial=0))
    return float(f"{0.5 / largest:.3g}") if largest > 0 else 1.0


def _to_qimage(levels: npt.NDArray[np.floating[Any]]) -> QImage:
    rows = np.ascontiguousarray(levels.astype(np.uint8).transpose(1, 2, 0))
    height, width, _ = rows.shape
    return QImage(rows.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
