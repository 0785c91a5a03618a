"""A plot in the colours of the theme, that can be copied, and saved as a file."""

from abc import abstractmethod
from html import escape
from pathlib import Path

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
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from rnd_lab.gui.theme import LIGHT, is_dark, palette
from rnd_lab.gui.views.plot import SHARPNESS, bare_plot, colour_plot, plot_menu
from rnd_lab.primitives.errors import LabError

HUES = {
    False: ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"),
    True: ("#56b4e9", "#e69f00", "#2fbf95", "#cc79a7", "#d55e00", "#0090e0"),
}
"""Okabe and Ito's colours, by whether the ground is dark; the first line is drawn in the colour of the text."""
SYMBOLS = ("o", "s", "t1", "d", "t", "p", "star")
DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DashDotLine, Qt.PenStyle.DotLine)


class Chart(QWidget):
    """Draws what subclasses paint in :meth:`paint`, again whenever the theme changes.

    ``plot`` is what they paint on.

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
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.plot = bare_plot(name)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # keys and the menu are the chart's
        self.plot.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.plot.getViewBox().sigRangeChangedManually.connect(self._let_go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.plot)

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
        self._paint(palette(LIGHT))
        self.plot.setBackground("#ffffff")
        self.plot.setTitle(escape(title), color=LIGHT.text)
        try:
            drawn = self._draw_svg() if path.suffix.lower() == ".svg" else self._draw_png()
        finally:
            self.plot.setTitle(None)
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
        self.plot.setLabel("bottom", bottom)
        self.plot.setLabel("left", left)

    def show_range(self, rect: QRectF) -> None:
        """Show exactly this part of the plane."""
        self.plot.getViewBox().setRange(rect, padding=0)

    def _paint(self, ink: QPalette) -> None:
        self.ink, self.dark = ink, is_dark(ink)
        item = self.plot.getPlotItem()
        seen = item.getViewBox().viewRect()
        item.clear()
        if item.legend is not None:
            item.legend.clear()
        colour_plot(self.plot, ink)
        for place in ("left", "bottom"):
            axis = item.getAxis(place)
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
        generator.setSize(self.plot.viewport().size())
        generator.setViewBox(self.plot.viewport().rect())
        generator.setTitle(self.accessibleName())
        self._render(generator)
        return bytes(buffer.data().data())

    def _draw_png(self) -> bytes:
        image = QImage(self.plot.viewport().size() * SHARPNESS, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(SHARPNESS)
        self._render(image)
        buffer = QBuffer()
        QImageWriter(buffer, b"PNG").write(image)
        return bytes(buffer.data().data())

    def _render(self, device: QPaintDevice) -> None:
        """Draw pixel for pixel: many parts of a plot have a size in pixels."""
        self.plot.getPlotItem().layout.activate()
        self.plot.scene().prepareForPaint()
        painter = QPainter(device)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.plot.render(painter, QRectF(self.plot.viewport().rect()), self.plot.viewport().rect())
        painter.end()
