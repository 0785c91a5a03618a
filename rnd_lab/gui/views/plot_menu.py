"""What can be done with any plot, and its picture."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from rnd_lab.primitives.errors import LabError

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


def save_picture(widget: QWidget, path: Path) -> None:
    """Save what a widget shows as PNG. Raises LabError."""
    if not picture_of(widget).save(str(path), "PNG"):
        raise LabError(f"{path} cannot be written. Choose another place.")
