"""A defended model: a model, the stack of defenses in front of it, and its title in tables."""

from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFrame,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from rnd_lab.evaluation.spec import DefendedModel
from rnd_lab.evaluation.titles import model_title, stack_title
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.gui.commands import MODELS
from rnd_lab.gui.panel.model_section import ModelSection
from rnd_lab.gui.panel.section import Titled
from rnd_lab.gui.panel.world import World
from rnd_lab.gui.stack_editor import StackEditor
from rnd_lab.gui.widgets import Problem, without_icons
from rnd_lab.gui.words import sentence
from rnd_lab.models.spec import ModelSpec


class ModelDialog(QDialog):
    """Edits one row of a comparison; ``result_value`` is what was made of it."""

    def __init__(self, defended: DefendedModel, torchvision: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Defended model")
        self.resize(520, 640)
        self.result_value = defended
        self.model = ModelSection()
        self.model.add_torchvision(torchvision)
        self.model.show_spec(RunSpec(model=defended.model), World())
        self.stack = StackEditor()
        self.stack.set_value(defended.defense)
        defenses = Titled("Defenses, the outermost first")
        defenses.body.addWidget(self.stack)
        self.title = QLineEdit(defended.title)
        self.title.setToolTip(f"<p>{DefendedModel.model_fields['title'].description}</p>")
        naming = Titled("Title in tables")
        naming.body.addWidget(self.title)
        self.problem = Problem()
        self.buttons = without_icons(
            QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._lay_out(self.model, defenses, naming)
        self.model.edited.connect(self._model_edited)
        self.model.open_wanted.connect(self._open_model)
        self.stack.changed.connect(self._read)
        self.title.textChanged.connect(self._read)
        self._read()

    def _lay_out(self, *parts: QWidget) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        for part in parts:
            column.addWidget(part)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.addWidget(scroll, 1)
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)

    def _read(self) -> None:
        """Take what is shown, or say what is wrong with it."""
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        try:
            values = {**self.model.values(), "defense": self.stack.value(), "title": self.title.text().strip()}
            self.result_value = DefendedModel(**values)
        except ValidationError as error:
            self.problem.say(sentence(error))
            ok.setEnabled(False)
            return
        self.problem.say("")
        ok.setEnabled(True)
        usual = self.result_value
        self.title.setPlaceholderText(f"{model_title(usual.model)}, {stack_title(usual.defense)}")

    def _model_edited(self) -> None:
        self._read()
        if not self.problem.text():
            self.model.show_spec(RunSpec(model=self.result_value.model), World())

    def _open_model(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Open model", str(Path.home()), f"{MODELS};;All files (*)")
        if name:
            self.model.show_spec(RunSpec(model=ModelSpec(source=name)), World())
            self._read()
