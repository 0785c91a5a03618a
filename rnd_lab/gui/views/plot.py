"""What all plots look like, what can be done with them, and a plot below its legend."""

from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from rnd_lab.gui.save_question import ask_where

SHARPNESS = 2
"""Pixels of a picture for one on an ordinary screen."""
FAINT = 60
"""Opacity of the axes' ticks, of 255."""


def bare_plot(name: str) -> pg.PlotWidget:
    """An empty plot without a frame, and without pyqtgraph's own menu and buttons; ``name`` is for screen readers."""
    plot = pg.PlotWidget()
    plot.setAccessibleName(name)
    plot.setFrameShape(plot.Shape.NoFrame)
    plot.setMenuEnabled(False)
    plot.hideButtons()
    for place in ("left", "bottom"):
        plot.getAxis(place).enableAutoSIPrefix(False)
    return plot


def colour_plot(plot: pg.PlotWidget, ink: QPalette) -> None:
    """Give ground and axes the colours of a palette."""
    text, muted = ink.color(QPalette.ColorRole.Text), ink.color(QPalette.ColorRole.PlaceholderText)
    plot.setBackground(ink.color(QPalette.ColorRole.Base))
    faint = QColor(muted)
    faint.setAlpha(FAINT)
    for place in ("left", "bottom"):
        axis = plot.getAxis(place)
        axis.setPen(muted)
        axis.setTextPen(text)
        axis.setTickPen(faint)


def plot_menu(plot: QWidget, save: Callable[[], object], whole: Callable[[], None]) -> QMenu:
    """A menu that saves a plot, copies it, or shows the whole of it; deletes itself when it is closed."""
    menu = QMenu(plot)
    menu.aboutToHide.connect(menu.deleteLater)
    menu.addAction("Save plot…", save)
    menu.addAction("Copy plot", lambda: QGuiApplication.clipboard().setPixmap(picture_of(plot)))
    menu.addSeparator()
    menu.addAction("Show whole plot", whole)
    return menu


def picture_of(widget: QWidget) -> QPixmap:
    """What a widget shows, with more pixels than the screen has."""
    picture = QPixmap(widget.size() * SHARPNESS)
    picture.setDevicePixelRatio(SHARPNESS)
    picture.fill(Qt.GlobalColor.transparent)
    widget.render(picture)
    return picture


class Plot(QWidget):
    """A plot below its legend, whose menu saves both as a picture; subclasses lay them out.

    Signals: ``failed(text)`` when the picture cannot be saved.
    """

    failed = Signal(str)

    def __init__(self, name: str, file: str, parent: QWidget | None = None) -> None:
        """``name`` is that of the plot, ``file`` the name that is suggested for the picture."""
        super().__init__(parent)
        self._file = file
        self.plot = bare_plot(name)
        self.plot.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.plot.customContextMenuRequested.connect(lambda at: self.menu().popup(self.plot.mapToGlobal(at)))

    @abstractmethod
    def show_whole(self) -> None:
        """Undo zooming and moving."""

    def menu(self) -> QMenu:
        """What can be done with the plot."""
        return plot_menu(self, self._ask_file, self.show_whole)

    def save(self, path: Path) -> None:
        """Save what is shown as PNG."""
        if not picture_of(self).save(str(path), "PNG"):
            self.failed.emit(f"{path} cannot be written. Choose another place.")

    def _ask_file(self) -> None:
        path, _ = ask_where(self, "Save the plot", self._file, "PNG (*.png)")
        if path:
            self.save(path)
