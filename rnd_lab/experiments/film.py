"""A short film of a game: a bounded number of frames, however long the game."""

from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from torch import Tensor

from rnd_lab.data.pixels import to_bytes
from rnd_lab.primitives.errors import LabError

MOST_FRAMES = 96


@dataclass(frozen=True)
class Frame:
    """The attack's best guess float32 [c, h, w] after a number of probes."""

    probes: int
    image: Tensor


class Film:
    """Keeps frames that are evenly spaced over the steps; when it is full, every second frame is dropped."""

    def __init__(self, start: Tensor) -> None:
        self.frames = [Frame(0, start)]
        self._every = 1
        self._steps = 0

    def add(self, probes: int, image: Tensor, *, last: bool = False) -> None:
        """Show the film the state after a step; the last one is always kept."""
        self._steps += 1
        if not last and self._steps % self._every:
            return
        self.frames.append(Frame(probes, image.clone()))
        if len(self.frames) > MOST_FRAMES:
            self.frames[1:-1] = self.frames[2:-1:2]
            self._every *= 2

    def save_gif(self, path: Path, scale_to: int = 256) -> None:
        """Write an animated GIF, original │ best guess │ perturbation × k, about ten frames a second.

        Images smaller than ``scale_to`` (pixels) are enlarged without smoothing.

        Raises LabError where the file cannot be written.
        """
        start = self.frames[0].image
        strength = max(float((frame.image - start).abs().max()) for frame in self.frames) or 1.0
        pictures = [_picture(start, frame.image, strength, scale_to) for frame in self.frames]
        try:
            pictures[0].save(
                path,
                format="GIF",
                save_all=True,
                append_images=pictures[1:],
                duration=[100] * (len(pictures) - 1) + [2000],
                loop=0,
            )
        except OSError as error:
            raise LabError(f"The film cannot be saved as {path}: {error}") from error


def _picture(start: Tensor, image: Tensor, strength: float, scale_to: int) -> Image.Image:
    panels = (start, image, (image - start) / (2 * strength) + 0.5)
    _, height, width = start.shape
    scale = max(scale_to // width, 1)
    strip = Image.new("RGB", ((width * scale + 4) * 3 - 4, height * scale), "white")
    for place, panel in enumerate(panels):
        picture = Image.fromarray(to_bytes(panel).permute(1, 2, 0).numpy()).resize(
            (width * scale, height * scale), Image.Resampling.NEAREST
        )
        strip.paste(picture, (place * (width * scale + 4), 0))
    return strip
