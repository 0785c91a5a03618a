"""The figure of accuracy over ν: one line for each model, and the largest ν that it bears."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rnd_lab.game.calibrate import Bearing, bearing
from rnd_lab.primitives.amounts import amount, counted
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.statistics import Estimate
from rnd_lab.reports.axes import AXES
from rnd_lab.reports.calibration import Calibrated
from rnd_lab.reports.drawing import Drawing, Pen, pens, render, render_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FORMATS = (".svg", ".pdf", ".png")
ROOM = 0.06
"""Share of the lines' height that is left free above and below them, and for the bar of each answer."""


def calibration_figure(found: Sequence[Calibrated], max_loss: float) -> Drawing:
    """Accuracy over ν with 95 % Wilson bands; a ring is the largest ν that costs at most ``max_loss``, a share.

    The bar below it, at the axis, is that ν's 95 % bootstrap interval.
    """
    images = amount(found[0].curve.images, "images")
    loss = f"{100 * max_loss:g} {counted('points', 100 * max_loss)}"
    about = f"Accuracy over ν on {images}; rings: the largest ν that costs at most {loss}."
    return Drawing("calibration", f"Accuracy over ν, {images}", about, partial(_paint, found, max_loss))


def check_figure(path: Path) -> None:
    """Raise LabError where :func:`save_figure` knows no such kind of file."""
    if path.suffix.lower() not in FORMATS:
        raise LabError(f"A figure is saved as .svg, .pdf or .png, and {path.name} is none. Choose another name.")


def save_figure(path: Path, drawing: Drawing) -> None:
    """Save a figure as SVG, PDF or PNG, by the name's suffix. Raises LabError where it cannot be written."""
    check_figure(path)
    suffix = path.suffix.lower()
    if suffix == ".png":
        content = render_png(drawing)
    else:
        content = render(drawing)["svg" if suffix == ".svg" else "pdf"]
    try:
        path.write_bytes(content)
    except OSError as error:
        raise LabError(f"The figure cannot be saved as {path}: {error.strerror}. Choose another place.") from error


def _paint(found: Sequence[Calibrated], max_loss: float, axes: "Axes") -> None:
    ends = [100 * end for it in found for at in it.curve.accuracies for end in (at.low, at.high)]
    room = ROOM * (max(ends) - min(ends)) or 1.0
    bottom = min(ends) - room * (1 + len(found))
    for index, (it, pen) in enumerate(zip(found, pens(len(found)), strict=True), start=1):
        answer = bearing(it.curve, max_loss)
        _draw(axes, it, answer, pen)
        _mark(axes, answer, pen, bottom, bottom + room * index)
    axes.set(ylim=(bottom, max(ends) + room), xlabel=AXES["nu"].title, ylabel="accuracy (%)")
    axes.xaxis.set_major_formatter("{x:g}")


def _draw(axes: "Axes", it: Calibrated, answer: Bearing, pen: Pen) -> None:
    """The line with its band; the legend tells the answer."""
    nus, accuracies = it.curve.nus, it.curve.accuracies
    label = f"{it.name}: ν ≤ {_interval(answer.largest)}{' (largest tried)' if answer.open else ''}"
    values = [100 * at.value for at in accuracies]
    axes.plot(nus, values, label=label, color=pen.color, marker=pen.marker, linestyle=pen.linestyle, markersize=3)
    low, high = [100 * at.low for at in accuracies], [100 * at.high for at in accuracies]
    axes.fill_between(nus, low, high, color=pen.color, alpha=0.13, linewidth=0)


def _mark(axes: "Axes", answer: Bearing, pen: Pen, bottom: float, level: float) -> None:
    """A ring at the answer, a line down to the axis, and the interval of ν as a bar just above the axis."""
    at, height = answer.largest.value, 100 * answer.there.value
    axes.plot([at], [height], color=pen.color, marker="o", markersize=9, fillstyle="none")
    axes.plot([at, at], [bottom, height], color=pen.color, linestyle=":", linewidth=1)
    errors = [[at - answer.largest.low], [answer.largest.high - at]]
    axes.errorbar([at], [level], xerr=errors, color=pen.color, linestyle="none", capsize=2.5, elinewidth=1)


def _interval(estimate: Estimate) -> str:
    return f"{estimate.value:g} [{estimate.low:g}, {estimate.high:g}]"
