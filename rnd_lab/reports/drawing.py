"""Small figures for a page and for a paper: one panel each, colour-blind safe, in the page's own ink."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK = "#010203"
"""Stands for the colour of the page's text; black in files."""
HUES = (INK, "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""Okabe and Ito's palette, without the yellow that white paper swallows."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
DASHES = ("-", "--", "-.", ":")
SIZE = (4.2, 3.0)
LEGEND_LINE = 0.19
"""Inches that a line of the legend takes."""
DOTS = 300
"""Dots an inch of a PNG."""

STYLE: dict[Any, Any] = {
    "font.size": 9,
    "font.family": "sans-serif",
    "axes.titlesize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.15,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "lines.linewidth": 1.5,
    "lines.markersize": 4.5,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "text.parse_math": False,  # a dollar in a title is a dollar
    **dict.fromkeys(
        ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color", "grid.color"), INK
    ),
}


@dataclass(frozen=True)
class Drawing:
    """One panel: the ``name`` of its files, its title, what it shows in words, and what draws it."""

    name: str
    title: str
    about: str
    paint: Callable[["Axes"], None]


@dataclass(frozen=True)
class Plate:
    """Panels that belong together, under a title, with a sentence on how to read them."""

    title: str
    about: str
    drawings: tuple[Drawing, ...]


@dataclass(frozen=True)
class Pen:
    """How one of several lines is drawn."""

    color: str
    marker: str
    linestyle: str


def pens(count: int) -> list[Pen]:
    """Pens that can be told apart, by colour and marker first and by dashes where colours run out."""
    looks = zip(cycle(HUES), cycle(MARKERS), (dash for dash in cycle(DASHES) for _ in HUES), strict=False)
    return [Pen(*look) for look in islice(looks, count)]


def render(drawing: Drawing) -> dict[Literal["svg", "pdf"], bytes]:
    """The panel as files; the same drawing gives the same bytes."""
    with _figure(drawing) as figure:
        svg = _saved(figure, "svg", metadata={"Date": None})
        figure.set_layout_engine("none")  # everything has found its place
        return {"svg": svg, "pdf": _saved(figure, "pdf", metadata={"CreationDate": None})}


def render_png(drawing: Drawing) -> bytes:
    """The panel on white, for slides."""
    with _figure(drawing) as figure:
        return _saved(figure, "png", facecolor="white", dpi=DOTS)


def inline(svg: bytes, name: str) -> str:
    """An SVG file as a part of a page: in the page's ink, with identifiers of its own, and nothing to load."""
    text = svg.decode()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.S)
    text = re.sub(r'(\bid="|url\(#|xlink:href="#)', rf"\1{name}-", text)
    return text.replace(INK, "currentColor")


def _saved(figure: "Figure", form: Literal["svg", "pdf", "png"], **options: Any) -> bytes:
    file = BytesIO()
    figure.savefig(file, format=form, **options)
    return file.getvalue()


@contextmanager
def _figure(drawing: Drawing) -> Iterator["Figure"]:
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context({**STYLE, "svg.hashsalt": drawing.name}):
        figure = Figure(SIZE, layout="constrained")
        axes = figure.add_subplot()
        drawing.paint(axes)
        axes.set_title(drawing.title, loc="left")
        if legend := axes.get_legend_handles_labels()[1]:
            columns = _columns(legend)
            figure.set_figheight(SIZE[1] + LEGEND_LINE * -(-len(legend) // columns))
            figure.legend(loc="outside lower left", ncols=columns)
        yield figure


def _columns(legend: Sequence[str]) -> int:
    """As many columns as the longest entry leaves room for."""
    longest = max(len(text) for text in legend)
    return max(min(len(legend), 64 // (longest + 7)), 1)
