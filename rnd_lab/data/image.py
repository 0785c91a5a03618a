"""Open any picture that people have as plain 8-bit RGB."""

from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from rnd_lab.primitives.errors import LabError

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif")
MAX_PIXELS = 100_000_000


def open_image(source: Path | str | bytes | BinaryIO) -> Image.Image:
    """Decode a picture (a path, the bytes of a file, or an open binary file) to an upright RGB image.

    The camera's orientation (EXIF) is applied; of an animation the first frame is taken; transparency is laid on
    white; grey of 16 bits is rounded to 8, colour of 16 bits keeps its upper 8; CMYK is converted without its
    colour profile, and profiles of RGB images are ignored.

    Raises LabError for what is missing, no picture, damaged, or larger than 100 megapixels (seen before decoding).
    """
    name = str(source) if isinstance(source, (str, Path)) else "This image"
    try:
        with Image.open(BytesIO(source) if isinstance(source, bytes) else source, formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Image.DecompressionBombError
            return _to_rgb(ImageOps.exif_transpose(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        limit = f"{MAX_PIXELS // 1_000_000} megapixels"
        raise LabError(f"{name} has more than {limit}. Scale it down and open it again.") from error
    except UnidentifiedImageError as error:
        raise LabError(f"{name} is no picture that RND Lab reads ({', '.join(FORMATS)}), or is damaged.") from error
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise LabError(f"{name} cannot be opened: {error.strerror}.") from error
    except Exception as error:  # Pillow's parsers let every kind of exception through for damaged files
        raise LabError(f"{name} is damaged and cannot be decoded: {error}") from error


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        grey = np.asarray(image).astype(np.uint32)
        return Image.fromarray(((grey * 255 + 32767) // 65535).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert("RGB")
