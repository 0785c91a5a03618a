"""A plot with its title and a button that saves it."""

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rnd_lab.gui.explore.chart import Chart
from rnd_lab.gui.save_question import ask_where
from rnd_lab.gui.toast import Toaster
from rnd_lab.gui.views.image_frame import ElidedLabel
from rnd_lab.gui.widgets import IconButton
from rnd_lab.primitives.errors import LabError

KINDS = "SVG, for papers (*.svg);;PNG, for slides (*.png)"


class ChartFrame(QWidget):
    """A chart below its ``title``."""

    def __init__(self, chart: Chart, toaster: Toaster) -> None:
        super().__init__()
        self.chart = chart
        self.toaster = toaster
        self.title = ElidedLabel()
        self.save = IconButton("mdi6.tray-arrow-down", "Save this plot as SVG or PNG")
        self.save.clicked.connect(self._ask_file)
        chart.save_wanted.connect(self._ask_file)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(chart, 1)

    def save_as(self, path: Path) -> None:
        """Save the plot, and say so."""
        try:
            self.chart.save(path, self.title.full)
        except LabError as error:
            self.toaster.error(str(error))
        else:
            self.toaster.info(f"{path.name} holds the plot.")

    def _ask_file(self) -> None:
        path, _ = ask_where(self, "Save the plot", "plot.svg", KINDS)
        if path:
            self.save_as(path)
