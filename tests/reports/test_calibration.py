"""The figure and the files of accuracy over ν."""

import csv
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from PIL import Image

from rnd_lab.game.calibrate import AccuracyCurve
from rnd_lab.primitives.errors import LabError
from rnd_lab.reports.calibration import Calibrated, answers_csv, curves_csv
from rnd_lab.reports.calibration_figure import calibration_figure, save_figure
from rnd_lab.reports.drawing import render


def calibrated(name: str, *lost: int) -> Calibrated:
    """A model that loses so many of 400 images under ν = 0, 0.01, 0.02 …"""
    correct = np.arange(400) >= np.array(lost)[:, None]
    return Calibrated(name, "d1", AccuracyCurve(tuple(place / 100 for place in range(len(lost))), correct))


FOUND = (calibrated("steep, $x$", 20, 40, 200), calibrated("flat", 40, 40, 42))


def test_the_figure_says_the_answers_and_is_drawn_alike_again() -> None:
    drawing = calibration_figure(FOUND, 0.01)
    assert drawing.about.endswith("costs at most 1 point.")
    svg = render(drawing)["svg"].decode()
    assert "steep, $x$: ν ≤ 0 [0, 0]" in svg
    assert "flat: ν ≤ 0.02 [0.01, 0.02] (largest tried)" in svg
    assert "400 images" in svg
    assert render(drawing) == render(drawing)


def test_its_bars_are_the_whole_intervals() -> None:
    axes = Figure().subplots()
    calibration_figure(FOUND, 0.01).paint(axes)
    bars = [it.get_segments()[0] for it in axes.collections if isinstance(it, LineCollection)]
    assert [tuple(bar[:, 0]) for bar in bars] == [(0, 0), (0.01, 0.02)]


@pytest.mark.parametrize(("suffix", "start"), [(".svg", b"<?xml"), (".PDF", b"%PDF"), (".png", b"\x89PNG")])
def test_the_figure_is_saved_as_what_its_name_says(tmp_path: Path, suffix: str, start: bytes) -> None:
    path = tmp_path / f"curves{suffix}"
    save_figure(path, calibration_figure(FOUND, 0.01))
    content = path.read_bytes()
    assert content.startswith(start)
    if suffix == ".png":
        picture = Image.open(BytesIO(content)).convert("RGBA")
        assert picture.getpixel((0, 0)) == (255, 255, 255, 255)


@pytest.mark.parametrize("name", ["curves.gif", "nowhere/curves.svg"])
def test_a_figure_that_cannot_be_saved_is_explained(tmp_path: Path, name: str) -> None:
    with pytest.raises(LabError, match="Choose another"):
        save_figure(tmp_path / name, calibration_figure(FOUND, 0.01))


def test_the_files_have_curves_and_answers() -> None:
    rows = list(csv.DictReader(curves_csv(FOUND).splitlines()))
    assert [(row["model"], row["nu"], row["correct"]) for row in rows[1:3]] == [
        ("steep, $x$", "0.01", "360"),
        ("steep, $x$", "0.02", "200"),
    ]
    steep, flat = csv.DictReader(answers_csv(FOUND, 0.01).splitlines())
    assert (steep["largest_nu"], steep["clean_accuracy"], steep["accuracy_there"]) == ("0.0", "0.95", "0.95")
    assert (flat["largest_nu"], flat["largest_nu_low"], flat["largest_tried"]) == ("0.02", "0.01", "0.02")
