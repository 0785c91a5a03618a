"""Labelled rows that line up with those of the forms made from specs."""

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from rnd_lab.gui.forms import LABEL_WIDTH
from rnd_lab.gui.widgets import Problem


class Grid(QGridLayout):
    """A row is a label, a widget, and below it a line for what is wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.setContentsMargins(0, 0, 0, 0)
        self.setHorizontalSpacing(6)
        self.setVerticalSpacing(4)
        self.setColumnMinimumWidth(0, LABEL_WIDTH)
        self.setColumnStretch(1, 1)

    def add(self, text: str, widget: QWidget, tip: str) -> Problem:
        """Add a row; returns its line for what is wrong."""
        line = self.rowCount()
        label = QLabel(text)
        label.setBuddy(widget)
        problem = Problem()
        for part in (label, widget):
            part.setToolTip(tip)
        self.addWidget(label, line, 0)
        self.addWidget(widget, line, 1)
        self.addWidget(problem, line + 1, 1)
        return problem
