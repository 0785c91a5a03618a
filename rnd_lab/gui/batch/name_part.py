"""The evaluation as a whole: its name, and files to open it from and save it to."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton

from rnd_lab.evaluation.reproduce import TITLES, reproduce
from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.gui.batch.part import Part
from rnd_lab.gui.widgets import flat


class NamePart(Part):
    """A name and two buttons.

    Signals: ``open_wanted()``, ``save_wanted()``; ``shipped_wanted(spec)`` for an evaluation that comes with the lab.
    """

    open_wanted = Signal()
    save_wanted = Signal()
    shipped_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__("Evaluation")
        self.name = QLineEdit()
        self.name.setAccessibleName("Name")
        self.name.setToolTip(f"<p>{EvaluationSpec.model_fields['name'].description}</p>")
        self.name.editingFinished.connect(self._finished)
        self.open = flat(QPushButton("Open"))
        self.open.setToolTip("Open a saved evaluation, or one that comes with the lab")
        self._menu = QMenu(self.open)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self.fill_menu)
        self.open.setMenu(self._menu)
        save = flat(QPushButton("Save…"))
        save.setToolTip("Save this evaluation as a file; rnd-lab evaluate runs it too")
        save.clicked.connect(self.save_wanted)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.name, 1)
        row.addWidget(self.open)
        row.addWidget(save)
        self.body.addLayout(row)
        self._shown = ""

    def values(self) -> dict[str, Any]:
        return {"name": self.name.text().strip() or "evaluation"}

    def show_spec(self, spec: EvaluationSpec) -> None:
        self._shown = spec.name
        self.name.setText(spec.name)

    def fill_menu(self) -> QMenu:
        """List what can be opened: small versions of the published tables and figures, and files."""
        self._menu.clear()
        self._menu.addAction("From a file…", self.open_wanted.emit)
        self._menu.addSeparator()
        for name, title in TITLES.items():
            for spec in reproduce(name):
                action = self._menu.addAction(spec.name)
                action.setToolTip(f"<p>{title}</p>")
                action.triggered.connect(lambda _=False, spec=spec: self.shipped_wanted.emit(spec))
        return self._menu

    def _finished(self) -> None:
        if self.name.text() != self._shown:
            self.edited.emit()
