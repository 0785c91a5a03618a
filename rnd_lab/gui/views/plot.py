"""What can be done with any plot, and a plot below its legend that can do it."""

from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from rnd_lab.gui.save_question import ask_where

SHARPNESS = 2
"""Pixels of a picture for one on an ordinary screen."""


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
        """``name`` is for screen readers, ``file`` the name that is suggested for the picture."""
        super().__init__(parent)
        self._file = file
        self.plot = pg.PlotWidget()
        self.plot.setAccessibleName(name)
        self.plot.setFrameShape(self.plot.Shape.NoFrame)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
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
