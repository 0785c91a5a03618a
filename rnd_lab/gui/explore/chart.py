"""A plot of cells: points that can be chosen with mouse and keys, in the colours of the theme, saved as a file."""

from abc import abstractmethod
from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QBuffer, QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QImage,
    QImageWriter,
    QKeyEvent,
    QPaintDevice,
    QPainter,
    QPalette,
)
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from rnd_lab.gui.explore.figures import Figures
from rnd_lab.gui.explore.panels import Panel
from rnd_lab.gui.theme import LIGHT, is_dark, palette
from rnd_lab.primitives.errors import LabError

NEAR = 14.0
"""Pixels between the mouse and a point that is meant."""
SCALE = 2
"""Pixels of a saved PNG for one on screen."""
HUES = {
    False: ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"),
    True: ("#56b4e9", "#e69f00", "#2fbf95", "#cc79a7", "#d55e00", "#0090e0"),
}
"""Okabe and Ito's colours, by whether the ground is dark; the first line is drawn in the colour of the text."""
SYMBOLS = ("o", "s", "t1", "d", "t", "p", "star")
DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DashDotLine, Qt.PenStyle.DotLine)

Spot = tuple[float, float, Figures]
"""Where a cell is drawn, in the plot's units."""


class Chart(pg.PlotWidget):  # type: ignore[misc]
    """Draws a panel. Subclasses paint in :meth:`paint` and say with :meth:`spots` where their cells are.

    ``rows`` are the spots, line by line.

    Signals: ``chosen(figures)``; ``save_wanted()`` from the context menu.
    """

    chosen = Signal(object)
    save_wanted = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panel: Panel | None = None
        self.selected: int | None = None
        self.rows: list[list[Spot]] = []
        self._ring = pg.ScatterPlotItem(size=15, brush=None, pxMode=True)
        self.ink, self.dark = self.palette(), False
        self.setAccessibleName(name)
        self.setFrameShape(self.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.scene().sigMouseMoved.connect(self._hover)
        self.scene().sigMouseClicked.connect(self._click)

    @abstractmethod
    def paint(self, panel: Panel) -> None:
        """Draw a panel on the empty plot."""

    @abstractmethod
    def tip(self, figures: Figures) -> str:
        """What is told of a cell under the mouse."""

    def show_panel(self, panel: Panel) -> None:
        """Draw another panel, or the same one with newer figures."""
        self.panel = panel
        self._paint(self.palette())

    def select(self, number: int | None) -> None:
        """Mark a cell; None: no cell."""
        self.selected = number
        found = [(x, y) for x, y, it in self._spots() if it.number == number]
        self._ring.setData([x for x, _ in found], [y for _, y in found])

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
            self._paint(self.palette())
        try:
            path.write_bytes(drawn)
        except OSError as error:
            raise LabError(f"{path} cannot be written: {error.strerror or error}. Choose another place.") from error

    def menu(self) -> QMenu:
        """What can be done with the plot; deletes itself when it is closed."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction("Save plot…", self.save_wanted.emit)
        menu.addAction("Copy plot", lambda: QGuiApplication.clipboard().setPixmap(self.grab()))
        menu.addSeparator()
        menu.addAction("Show whole plot", self.show_whole)
        return menu

    def show_whole(self) -> None:
        """Undo zooming and moving."""
        self._paint(self.palette())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        self.menu().popup(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_ring"):
            self._paint(self.palette())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (1, 0),
            Qt.Key.Key_Down: (-1, 0),
        }
        if step := steps.get(Qt.Key(event.key())):
            self._move(*step)
        else:
            super().keyPressEvent(event)

    def spots(self, row: Sequence[Spot]) -> None:
        """Say where the cells of a line are drawn; the keys walk along it, and from line to line."""
        self.rows.append(list(row))

    def colour(self, index: int) -> QColor:
        """The colour of a line."""
        hues = HUES[self.dark]
        turn = index % (len(hues) + 1)
        return QColor(hues[turn - 1]) if turn else self.ink.color(QPalette.ColorRole.Text)

    def label_axes(self, bottom: str, left: str) -> None:
        """Write titles beside the axes."""
        self.setLabel("bottom", bottom)
        self.setLabel("left", left)

    def _paint(self, ink: QPalette, ground: str = "") -> None:
        self.ink, self.dark = ink, is_dark(ink)
        self.rows = []
        item = self.getPlotItem()
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
        if self.panel:
            self.paint(self.panel)
            self._ring.setPen(pg.mkPen(text, width=2))
            self._ring.setZValue(50)
            self.addItem(self._ring, ignoreBounds=True)
            self.select(self.selected)

    def _spots(self) -> list[Spot]:
        return [spot for row in self.rows for spot in row]

    def figures_at(self, position: QPointF) -> Figures | None:
        """The cell under a position of the scene."""
        box = self.getPlotItem().getViewBox()
        spots = self._spots()
        if not spots or not box.sceneBoundingRect().contains(position):
            return None
        size_x, size_y = box.viewPixelSize()
        at = box.mapSceneToView(position)
        away = [np.hypot((x - at.x()) / size_x, (y - at.y()) / size_y) for x, y, _ in spots]
        nearest = int(np.nanargmin(away)) if np.isfinite(away).any() else -1
        return spots[nearest][2] if nearest >= 0 and away[nearest] <= NEAR else None

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
        image = QImage(self.viewport().size() * SCALE, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(SCALE)
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

    def _hover(self, position: QPointF) -> None:
        figures = self.figures_at(position)
        self.setCursor(Qt.CursorShape.PointingHandCursor if figures else Qt.CursorShape.ArrowCursor)
        if figures:
            at = self.mapToGlobal(self.mapFromScene(position))
            QToolTip.showText(at, self.tip(figures), self, self.rect())
        else:
            QToolTip.hideText()

    def _click(self, event: object) -> None:
        if event.button() != Qt.MouseButton.LeftButton:  # type: ignore[attr-defined]
            return
        if figures := self.figures_at(event.scenePos()):  # type: ignore[attr-defined]
            self._choose(figures)

    def _move(self, rows: int, columns: int) -> None:
        """Choose the neighbour of the marked cell; the first cell where none is marked."""
        if not self._spots():
            return
        rows_and_columns = ((r, c) for r, row in enumerate(self.rows) for c in range(len(row)))
        places = [(r, c) for r, c in rows_and_columns if self.rows[r][c][2].number == self.selected]
        row, column = places[0] if places else (0, 0)
        if places:
            row = min(max(row + rows, 0), len(self.rows) - 1)
            column = min(max(column + columns, 0), len(self.rows[row]) - 1)
        self._choose(self.rows[row][column][2])

    def _choose(self, figures: Figures) -> None:
        self.select(figures.number)
        self.chosen.emit(figures)


def whole(rect: QRectF, chart: Chart) -> None:
    """Show exactly this part of the plane."""
    chart.getPlotItem().getViewBox().setRange(rect, padding=0)
