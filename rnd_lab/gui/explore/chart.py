"""A plot in the colours of the theme, that can be copied, and saved as a file."""

from abc import abstractmethod
from html import escape
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import QBuffer, QEvent, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QImage,
    QImageWriter,
    QPaintDevice,
    QPainter,
    QPalette,
)
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QMenu

from rnd_lab.gui.theme import LIGHT, is_dark, palette
from rnd_lab.gui.views.plot import SHARPNESS, plot_menu
from rnd_lab.primitives.errors import LabError

HUES = {
    False: ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"),
    True: ("#56b4e9", "#e69f00", "#2fbf95", "#cc79a7", "#d55e00", "#0090e0"),
}
"""Okabe and Ito's colours, by whether the ground is dark; the first line is drawn in the colour of the text."""
SYMBOLS = ("o", "s", "t1", "d", "t", "p", "star")
DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DashDotLine, Qt.PenStyle.DotLine)


class Chart(pg.PlotWidget):  # type: ignore[misc]
    """Draws what subclasses paint in :meth:`paint`, again whenever the theme changes.

    Signals: ``save_wanted()`` from the context menu.
    """

    save_wanted = Signal()
    drawn = False
    """Whether there is anything to be drawn again."""
    zoomed = False
    """Whether the user has zoomed or moved the plot, which stays so while the same is drawn with newer figures."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.ink, self.dark = self.palette(), False
        self.setAccessibleName(name)
        self.setFrameShape(self.Shape.NoFrame)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.getPlotItem().getViewBox().sigRangeChangedManually.connect(self._let_go)

    @abstractmethod
    def paint(self) -> None:
        """Draw everything on the empty plot."""

    def redraw(self) -> None:
        """Draw what there is now."""
        self.drawn = True
        self._paint(self.palette())

    def show_whole(self) -> None:
        """Draw what there is now, all of it."""
        self.zoomed = False
        self.redraw()

    def save(self, path: Path, title: str) -> None:
        """Save what is shown under a title, dark on white, as SVG or PNG, by the name's suffix.

        Raises LabError where the file cannot be written.
        """
        self._paint(palette(LIGHT), ground="#ffffff")
        self.getPlotItem().setTitle(escape(title), color=LIGHT.text)
        try:
            drawn = self._draw_svg() if path.suffix.lower() == ".svg" else self._draw_png()
        finally:
            self.getPlotItem().setTitle(None)
            self.redraw()
        try:
            path.write_bytes(drawn)
        except OSError as error:
            raise LabError(f"{path} cannot be written: {error.strerror or error}. Choose another place.") from error

    def menu(self) -> QMenu:
        """What can be done with the plot."""
        return plot_menu(self, self.save_wanted.emit, self.show_whole)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        self.menu().popup(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self.drawn:
            self.redraw()

    def colour(self, index: int) -> QColor:
        """The colour of a line."""
        hues = HUES[self.dark]
        turn = index % (len(hues) + 1)
        return QColor(hues[turn - 1]) if turn else self.ink.color(QPalette.ColorRole.Text)

    def label_axes(self, bottom: str, left: str) -> None:
        """Write titles beside the axes."""
        self.setLabel("bottom", bottom)
        self.setLabel("left", left)

    def show_range(self, rect: QRectF) -> None:
        """Show exactly this part of the plane."""
        self.getPlotItem().getViewBox().setRange(rect, padding=0)

    def _paint(self, ink: QPalette, ground: str = "") -> None:
        self.ink, self.dark = ink, is_dark(ink)
        item = self.getPlotItem()
        seen = item.getViewBox().viewRect()
        item.clear()
        if item.legend is not None:
            item.legend.clear()
        text, muted = ink.color(QPalette.ColorRole.Text), ink.color(QPalette.ColorRole.PlaceholderText)
        self.setBackground(QColor(ground) if ground else ink.color(QPalette.ColorRole.Base))
        faint = QColor(muted)
        faint.setAlpha(60)
        for place in ("left", "bottom"):
            axis = self.getAxis(place)
            axis.enableAutoSIPrefix(False)
            axis.setPen(muted)
            axis.setTextPen(text)
            axis.setTickPen(faint)
            axis.setStyle(tickFont=self.font())
            axis.setTicks(None)
        self.paint()
        if self.zoomed:
            self.show_range(seen)

    def _let_go(self) -> None:
        self.zoomed = True

    def _draw_svg(self) -> bytes:
        buffer = QBuffer()
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setResolution(self.logicalDpiX())
        generator.setSize(self.viewport().size())
        generator.setViewBox(self.viewport().rect())
        generator.setTitle(self.accessibleName())
        self._render(generator)
        return bytes(buffer.data().data())

    def _draw_png(self) -> bytes:
        image = QImage(self.viewport().size() * SHARPNESS, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(SHARPNESS)
        self._render(image)
        buffer = QBuffer()
        QImageWriter(buffer, b"PNG").write(image)
        return bytes(buffer.data().data())

    def _render(self, device: QPaintDevice) -> None:
        """Draw pixel for pixel: many parts of a plot have a size in pixels."""
        self.getPlotItem().layout.activate()
        self.scene().prepareForPaint()
        painter = QPainter(device)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.render(painter, QRectF(self.viewport().rect()), self.viewport().rect())
        painter.end()
