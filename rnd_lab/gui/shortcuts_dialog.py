"""F1: everything that the keyboard does."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from rnd_lab.gui.actions import ACTIONS
from rnd_lab.gui.widgets import without_icons

FIXED = (
    ("↑ ↓", "Change a number in its second digit"),
    ("Page Up, Page Down", "Change a number ten times as much"),
    ("Tab, Shift+Tab", "Next and previous setting"),
    ("← → ↑ ↓", "Choose another cell in a plot (Explore)"),
    ("Enter", "Choose an image (gallery), replay a game (Explore), change a model (Batch)"),
    ("Space", "Tick a model (Calibrate)"),
    ("Ctrl+F", "Search evaluations (Results), find cells (right half of Batch)"),
    ("Delete", "Delete evaluations (Results), remove a model (Batch)"),
    ("Ctrl+C", "Copy the selected rows of a table (Results, Calibrate)"),
    ("Ctrl+Enter", "Keep the note (Results)"),
    ("Esc", "Take back the change of the note (Results)"),
)
"""What single fields and tabs do; the window's actions come first."""


class ShortcutsDialog(QDialog):
    """A table of keys and what they do, made from the actions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        self.resize(520, 560)
        lines = [
            (
                ", ".join(QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) for keys in it.shortcuts),
                it.tip,
            )
            for it in ACTIONS
            if it.shortcuts
        ]
        lines += FIXED
        self.table = QTableWidget(len(lines), 2)
        self.table.setHorizontalHeaderLabels(["Key", "What it does"])
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)  # Tab leads on to the button
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setStretchLastSection(True)
        for line, texts in enumerate(lines):
            for column, text in enumerate(texts):
                self.table.setItem(line, column, QTableWidgetItem(text))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.table)
        layout.addWidget(without_icons(buttons))
