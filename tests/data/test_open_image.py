"""Pictures as people have them: every mode and orientation, damaged ones, and bombs."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from rnd_lab.data.image import open_image
from rnd_lab.primitives.errors import LabError


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    stream = BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def png(width: int, height: int, depth: int, colour: int, rows: bytes = b"") -> bytes:
    """A PNG made by hand, for headers that Pillow would not write."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def noise(height: int = 12, width: int = 9, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, channels), dtype=np.uint8)


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("BMP", {}), ("WEBP", {"lossless": True})])
def test_lossless_formats_keep_every_pixel(kind: str, options: dict[str, object]) -> None:
    pixels = noise()
    image = open_image(encoded(Image.fromarray(pixels), kind, **options))
    assert image.mode == "RGB"
    assert np.array_equal(np.asarray(image), pixels)


def test_a_path_a_text_path_and_an_open_file_open_alike(tmp_path: Path) -> None:
    path = tmp_path / "Bild mit Ümlaut.png"
    path.write_bytes(encoded(Image.fromarray(noise())))
    with path.open("rb") as file:
        opened = [open_image(path), open_image(str(path)), open_image(file)]
    assert all(np.array_equal(np.asarray(image), noise()) for image in opened)


def test_a_jpeg_opens_close_to_its_pixels() -> None:
    image = open_image(encoded(Image.new("RGB", (16, 16), (200, 30, 90)), "JPEG", quality=95))
    assert np.allclose(np.asarray(image), (200, 30, 90), atol=3)


def test_the_first_frame_of_an_animation_is_taken() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    image = open_image(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert image.getpixel((3, 3)) == (255, 0, 0)


def test_a_photo_taken_sideways_stands_upright() -> None:
    image = Image.new("RGB", (20, 10), "blue")
    image.paste("red", (0, 0, 10, 10))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: the stored left edge is the top
    upright = open_image(encoded(image, "PNG", exif=exif))
    assert upright.size == (10, 20)
    assert (upright.getpixel((5, 2)), upright.getpixel((5, 17))) == ((255, 0, 0), (0, 0, 255))


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_is_laid_on_white(mode: str) -> None:
    half_black = Image.new(mode, (4, 4), (0, 0, 0, 128) if mode == "RGBA" else (0, 128))
    assert open_image(encoded(half_black)).getpixel((1, 1)) == (127, 127, 127)


def test_a_transparent_palette_colour_becomes_white() -> None:
    image = Image.new("P", (4, 4), 0)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((0, 0), 1)
    opened = open_image(encoded(image, "PNG", transparency=0))
    assert (opened.getpixel((2, 2)), opened.getpixel((0, 0))) == ((255, 255, 255), (0, 0, 255))


def test_grey_of_16_bits_is_scaled_and_not_clipped() -> None:
    grey = np.array([[0, 257, 32768, 65535]], dtype=np.uint16)
    image = open_image(encoded(Image.fromarray(grey)))
    assert [image.getpixel((x, 0)) for x in range(4)] == [(v, v, v) for v in (0, 1, 128, 255)]


def test_colour_of_16_bits_keeps_its_upper_8() -> None:
    row = b"\0" + struct.pack(">6H", 0, 0x80FF, 0xFFFF, 0x1234, 0x00FF, 0x0100)
    image = open_image(png(2, 1, 16, 2, row))
    assert [image.getpixel((x, 0)) for x in range(2)] == [(0, 128, 255), (0x12, 0, 1)]


def test_grey_and_black_and_white_images_become_rgb() -> None:
    assert open_image(encoded(Image.new("L", (3, 3), 77))).getpixel((1, 1)) == (77, 77, 77)
    assert open_image(encoded(Image.new("1", (3, 3), 1))).getpixel((1, 1)) == (255, 255, 255)


def test_a_cmyk_jpeg_is_not_inverted() -> None:
    cyan = Image.new("CMYK", (16, 16), (255, 0, 0, 0))
    assert np.allclose(np.asarray(open_image(encoded(cyan, "JPEG", quality=95))), (0, 255, 255), atol=4)


@pytest.mark.parametrize("side", [10_001, 65_500])
def test_a_bomb_is_refused_before_it_is_decoded(side: int) -> None:
    with pytest.raises(LabError, match="more than 100 megapixels"):
        open_image(png(side, side, 8, 2))


def test_a_truncated_image_is_refused() -> None:
    for data in (encoded(Image.fromarray(noise(60, 60))), encoded(Image.fromarray(noise(60, 60)), "JPEG")):
        with pytest.raises(LabError, match="damaged"):
            open_image(data[: len(data) // 2])


@pytest.mark.parametrize("data", [b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(LabError):
        open_image(data)


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "no.png", tmp_path):
        with pytest.raises(LabError, match=str(path)):
            open_image(path)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damage_anywhere_gives_an_image_or_a_lab_error(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "WEBP"]))
    damaged = bytearray(encoded(Image.fromarray(noise()), kind))
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        image = open_image(bytes(damaged))
    except LabError:
        return
    assert image.mode == "RGB"
