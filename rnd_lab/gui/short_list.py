"""A list of a few lines in a form, and the buttons below it."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget

from rnd_lab.gui.widgets import IconButton

LINES = 5


class ShortList(QListWidget):
    """So many lines are in view at once; long ones are cut."""

    def __init__(self, name: str, cut: Qt.TextElideMode) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setTextElideMode(cut)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(LINES * (self.fontMetrics().height() + 6) + 4)


def button_row(buttons: Iterable[IconButton]) -> QHBoxLayout:
    """Buttons beside each other."""
    row = QHBoxLayout()
    row.setSpacing(2)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row
