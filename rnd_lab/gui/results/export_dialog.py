"""Choose what to export of evaluations, and where to."""

from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from rnd_lab.gui.widgets import CheckBox, IconButton, Muted, without_icons
from rnd_lab.reports.report import Format

KINDS: dict[Format, tuple[str, str]] = {
    "html": ("Report (HTML)", "report.html with all tables and figures; figures also as SVG and PDF."),
    "latex": ("Table for a paper (LaTeX)", "table.tex, for the packages booktabs and graphicx."),
    "csv": ("Figures for a spreadsheet (CSV)", "cells.csv with a row for each cell, games.csv with one for each game."),
    "json": ("Figures for programs (JSON)", "report.json with specs, versions, figures, comparisons and warnings."),
}


class ExportDialog(QDialog):
    """A folder and a check box for each kind of file; ``folder`` and ``formats`` are what was chosen."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self.setMinimumWidth(480)
        self.place = QLineEdit(str(folder))
        self.place.setAccessibleName("Folder")
        self.place.textChanged.connect(self._refresh)
        browse = IconButton("mdi6.folder-open-outline", "Choose a folder")
        browse.clicked.connect(self._browse)
        row = QHBoxLayout()
        row.addWidget(QLabel("Folder"))
        row.addWidget(self.place, 1)
        row.addWidget(browse)
        layout = QVBoxLayout(self)
        layout.addLayout(row)
        self.checks: dict[Format, CheckBox] = {}
        for kind, (text, tip) in KINDS.items():
            self.checks[kind] = CheckBox(text)
            self.checks[kind].setChecked(True)
            self.checks[kind].toggled.connect(self._refresh)
            note = Muted(tip)
            note.setIndent(24)
            layout.addWidget(self.checks[kind])
            layout.addWidget(note)
        layout.addWidget(Muted("Files of these names in the folder are replaced."))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self._save = buttons.button(QDialogButtonBox.StandardButton.Save)
        self._save.setText("Export")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(without_icons(buttons))

    @property
    def folder(self) -> Path:
        """Where to."""
        return Path(self.place.text().strip()).expanduser()

    @property
    def formats(self) -> tuple[Format, ...]:
        """Which kinds of files."""
        return tuple(kind for kind, check in self.checks.items() if check.isChecked())

    def _browse(self) -> None:
        if folder := QFileDialog.getExistingDirectory(self, "Folder for the report", self.place.text()):
            self.place.setText(folder)

    def _refresh(self) -> None:
        self._save.setEnabled(bool(self.place.text().strip() and self.formats))
