"""A plot of cells on lines, each of which can be hidden."""

from PySide6.QtWidgets import QMenu

from rnd_lab.gui.explore.cell_chart import CellChart
from rnd_lab.gui.explore.lines import Lines


class LineChart(CellChart):
    """Hides lines by a click in the legend, or by the context menu, which the keyboard reaches as well."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.lines = Lines(self)
        self.lines.legend.sigSampleClicked.connect(self._mark_again)

    def is_shown(self, label: str) -> bool:
        return self.lines.is_shown(label)

    def menu(self) -> QMenu:
        menu = super().menu()
        lines = menu.addMenu("Lines")
        for label in self.lines.labels:
            action = lines.addAction(label.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(self.is_shown(label))
            action.toggled.connect(lambda shown, it=label: self._show_line(it, shown))
        return menu

    def _show_line(self, label: str, shown: bool) -> None:
        self.lines.show(label, shown)
        self._mark_again()

    def _mark_again(self) -> None:
        """The marked cell may lie on a line that was hidden, or is shown again."""
        self.select(self.selected)
