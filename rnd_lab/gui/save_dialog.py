"""Choose what to keep of a game, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from rnd_lab.experiments.duel import SideName
from rnd_lab.gui.save_question import may_replace
from rnd_lab.gui.widgets import CheckBox, Combo, IconButton, Muted, without_icons

KINDS = {
    "image": ("Adversarial image (PNG, 8 bits)", ".png", "Judged anew after rounding: you are told if it still works."),
    "json": ("Result and parameters (JSON)", ".json", "Opens again with 'Open parameters'."),
    "gif": ("Film (GIF)", ".gif", "Original, attacked image, and perturbation, from start to end."),
}  # fmt: skip
SIDES: dict[SideName, str] = {"defended": "defended side", "undefended": "undefended side"}


@dataclass(frozen=True)
class Wanted:
    """What to save: a path for each kind, and which side's image and film."""

    paths: dict[str, Path]
    side: SideName


class SaveDialog(QDialog):
    """A folder, a name, a side, and a check box for each kind of file; ``wanted`` is what was chosen."""

    def __init__(self, folder: Path, name: str, sides: Sequence[SideName], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Save result")
        self.setMinimumWidth(460)
        self.folder, self.name = QLineEdit(str(folder)), QLineEdit(name)
        self.folder.setAccessibleName("Folder")
        self.name.setAccessibleName("Name")
        self.side = Combo()
        for side in sides:
            self.side.addItem(SIDES[side], side)
        browse = IconButton("mdi6.folder-open-outline", "Choose a folder")
        browse.clicked.connect(self._browse)
        place = QHBoxLayout()
        place.addWidget(self.folder, 1)
        place.addWidget(browse)
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        grid.addWidget(QLabel("Folder"), 0, 0)
        grid.addLayout(place, 0, 1)
        grid.addWidget(QLabel("Name"), 1, 0)
        grid.addWidget(self.name, 1, 1)
        grid.addWidget(QLabel("Image of"), 2, 0)
        grid.addWidget(self.side, 2, 1)
        layout = QVBoxLayout(self)
        layout.addLayout(grid)
        self.checks = {}
        for kind, (text, _, tip) in KINDS.items():
            self.checks[kind] = CheckBox(text)
            self.checks[kind].setChecked(kind != "gif")
            self.checks[kind].toggled.connect(self._refresh)
            layout.addWidget(self.checks[kind])
            note = Muted(tip)
            note.setContentsMargins(24, 0, 0, 4)
            layout.addWidget(note)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self._save = buttons.button(QDialogButtonBox.StandardButton.Save)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addWidget(without_icons(buttons))
        self.name.textChanged.connect(self._refresh)
        self.name.selectAll()
        self.name.setFocus()

    @property
    def wanted(self) -> Wanted:
        """What the user has chosen."""
        stem = Path(self.folder.text()).expanduser() / self.name.text().strip()
        paths = {kind: Path(f"{stem}{KINDS[kind][1]}") for kind, check in self.checks.items() if check.isChecked()}
        return Wanted(paths, self.side.currentData())

    def accept(self) -> None:
        taken = [path.name for path in self.wanted.paths.values() if path.exists()]
        if not taken or may_replace(self, *taken):
            super().accept()

    def _browse(self) -> None:
        if folder := QFileDialog.getExistingDirectory(self, "Folder for the result", self.folder.text()):
            self.folder.setText(folder)

    def _refresh(self) -> None:
        self._save.setEnabled(bool(self.name.text().strip() and self.wanted.paths))
