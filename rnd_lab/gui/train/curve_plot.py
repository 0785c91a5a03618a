"""A plot of curves over the epochs that grows while a model is trained."""

from collections.abc import Callable, Mapping, Sequence

import pyqtgraph as pg
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout

from rnd_lab.gui.explore.chart import HUES
from rnd_lab.gui.theme import is_dark
from rnd_lab.gui.train.curve_legend import CurveLegend, Look
from rnd_lab.gui.views.legend import SYMBOL
from rnd_lab.gui.views.plot import Plot, colour_plot

FAINT = 150
"""Of 255: how strong the line is that shows every step."""
MARGIN = 0.03
"""Share of the epochs that is left free beside the first and the last."""


class CurvePlot(Plot):
    """The y axis follows the curves, and the x axis has room for all epochs, until the user zooms."""

    def __init__(self, name: str, left: str, looks: Mapping[str, Look]) -> None:
        super().__init__(name, "training.png")
        self._looks = looks
        self._epochs = 1
        self.legend = CurveLegend(looks)
        self.legend.toggled.connect(self._show_or_hide)
        self.plot.showGrid(x=True, y=True, alpha=0.25)
        self.plot.setLabel("bottom", "epochs")
        self.plot.setLabel("left", left)
        for place in ("left", "bottom"):
            self.plot.getAxis(place).setStyle(tickFont=self.font())
        self.curves = {key: self._add(depth, look) for depth, (key, look) in enumerate(looks.items())}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.legend)
        layout.addWidget(self.plot, 1)
        self._recolour()
        self.show_whole()

    def set_epochs(self, epochs: int) -> None:
        """Begin with empty axes that have room for so many epochs."""
        self._epochs = epochs
        for curve in self.curves.values():
            curve.setData([], [])
        self.show_whole()

    def show_curve(self, key: str, xs: Sequence[float], ys: Sequence[float]) -> None:
        """Draw one of the curves."""
        self.curves[key].setData(xs, ys)

    def show_whole(self) -> None:
        room = MARGIN * self._epochs
        self.plot.setXRange(-room, self._epochs + room, padding=0)
        self.plot.enableAutoRange(axis="y")

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "curves"):
            self._recolour()

    def _show_or_hide(self, key: str, shown: bool) -> None:
        self.curves[key].setVisible(shown)

    def _add(self, depth: int, look: Look) -> pg.PlotDataItem:
        curve = pg.PlotDataItem(antialias=bool(look.symbol))
        curve.setZValue(depth)
        curve.scatter.opts.update(hoverable=bool(look.symbol), tip=_tip(look))
        self.plot.addItem(curve)
        return curve

    def _recolour(self) -> None:
        colour_plot(self.plot, self.palette())
        hues, pens = HUES[is_dark(self.palette())], {}
        for key, look in self._looks.items():
            colour, curve = QColor(hues[look.hue]), self.curves[key]
            if look.symbol:
                curve.setSymbol(look.symbol)
                curve.setSymbolSize(SYMBOL)
                curve.setSymbolBrush(colour)
                curve.setSymbolPen(colour)
            else:
                colour.setAlpha(FAINT)
            pens[key] = pg.mkPen(colour, width=2 if look.symbol else 1)
            curve.setPen(pens[key])
        self.legend.recolour(pens)


def _tip(look: Look) -> Callable[..., str]:
    """What is told of a point under the mouse."""

    def tip(x: float, y: float, data: object) -> str:
        return f"epoch {x:g}, {look.label}: {y:.4g}{look.unit}"

    return tip
