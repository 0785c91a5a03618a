"""The defended models that are compared."""

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView

from rnd_lab.evaluation.spec import DefendedModel, EvaluationSpec
from rnd_lab.evaluation.titles import model_title, stack_title
from rnd_lab.gui.batch.model_dialog import DefendedModelDialog
from rnd_lab.gui.batch.part import Part
from rnd_lab.gui.short_list import ShortList, button_row
from rnd_lab.gui.widgets import IconButton, Problem
from rnd_lab.primitives.errors import LabError


class ModelsPart(Part):
    """A list of defended models with buttons to add, change, copy and remove them."""

    def __init__(self) -> None:
        super().__init__("Defended models")
        self.models: list[DefendedModel] = []
        self.torchvision: tuple[str, ...] = ()
        self.list = ShortList("Defended models", Qt.TextElideMode.ElideRight)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.itemActivated.connect(self.change)
        self.list.currentRowChanged.connect(self._enable)
        self.list.installEventFilter(self)
        self.buttons = {
            "add": IconButton("mdi6.plus", "Add a defended model", "Add"),
            "change": IconButton("mdi6.pencil-outline", "Change the chosen one (Enter)"),
            "copy": IconButton("mdi6.content-copy", "Copy the chosen one, to change the copy"),
            "remove": IconButton("mdi6.trash-can-outline", "Remove the chosen one (Delete)"),
        }
        for name, button in self.buttons.items():
            button.clicked.connect(getattr(self, name))
        self.problem = Problem()
        self.body.addWidget(self.list)
        self.body.addLayout(button_row(self.buttons.values()))
        self.body.addWidget(self.problem)

    def values(self) -> dict[str, Any]:
        if not self.models:
            self.problem.say("Add at least one model.")
            raise LabError("An evaluation needs at least one model.")
        return {"models": tuple(self.models)}

    def show_spec(self, spec: EvaluationSpec) -> None:
        self.models = list(spec.models)
        self._show(self.list.currentRow())

    def add(self) -> None:
        """Ask for one more, and start from the model of the first."""
        first = self.models[0].model if self.models else DefendedModel().model
        self._ask(DefendedModel(model=first), len(self.models))

    def change(self) -> None:
        """Change the chosen one."""
        if (place := self.list.currentRow()) >= 0:
            self._ask(self.models[place], place)

    def copy(self) -> None:
        """Put a copy of the chosen one below it."""
        place = self.list.currentRow()
        self.models.insert(place + 1, self.models[place])
        self._show(place + 1)
        self.edited.emit()

    def remove(self) -> None:
        """Take the chosen one away."""
        place = self.list.currentRow()
        if place >= 0:
            del self.models[place]
            self._show(min(place, len(self.models) - 1))
            self.edited.emit()

    def take(self, defended: DefendedModel, place: int) -> None:
        """Put a model in a place of the list, or at its end."""
        self.models[place : place + 1] = [defended]
        self._show(place)
        self.edited.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Delete:
            self.remove()
            return True
        return super().eventFilter(watched, event)

    def _ask(self, defended: DefendedModel, place: int) -> None:
        dialog = DefendedModelDialog(defended, self.torchvision, self.window())
        dialog.accepted.connect(lambda: self.take(dialog.chosen, place))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _show(self, place: int) -> None:
        self.list.clear()
        for it in self.models:
            facts = f"{model_title(it.model)}, {stack_title(it.defense)}"
            self.list.addItem(it.title or facts)
            self.list.item(self.list.count() - 1).setToolTip(facts)
        self.list.setCurrentRow(place if 0 <= place < len(self.models) else 0)
        self.problem.say("")
        self._enable()

    def _enable(self) -> None:
        for name in ("change", "copy", "remove"):
            self.buttons[name].setEnabled(self.list.currentRow() >= 0)
