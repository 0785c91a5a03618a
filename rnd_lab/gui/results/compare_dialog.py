"""Cells side by side on the same images."""

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from rnd_lab.gui.results.report_table import ReportTable
from rnd_lab.gui.widgets import Muted, without_icons
from rnd_lab.reports.table import Table

ABOUT = (
    "Only images that were attacked in both cells count, by the criterion that ended the games of the first. "
    "p: McNemar's exact test; adjusted by Holm's method for all comparisons of this table."
)


class CompareDialog(QDialog):
    """Shows a table of comparisons; its rows can be copied."""

    def __init__(self, table: Table, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Comparison")
        self.resize(1050, 420)
        self.table = ReportTable("Comparison")
        self.table.show_table(table)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton("Copy all", QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self.copy)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(Muted(ABOUT))
        layout.addWidget(self.table, 1)
        layout.addWidget(without_icons(buttons))

    def copy(self) -> None:
        """Put the whole table on the clipboard."""
        self.table.selectAll()
        self.table.copy()
