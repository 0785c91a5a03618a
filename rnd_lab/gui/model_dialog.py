"""What the dialogs have in common that ask for a model."""

from abc import abstractmethod
from pathlib import Path

from pydantic import ValidationError
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QWidget

from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.gui.kinds import MODELS
from rnd_lab.gui.panel.model_section import ModelSection
from rnd_lab.gui.panel.world import World
from rnd_lab.gui.widgets import Problem, without_icons
from rnd_lab.gui.words import sentence
from rnd_lab.models.spec import ModelSpec


class ModelDialog(QDialog):
    """Holds the choice of a model, a line for what is wrong, and the buttons; subclasses lay them out."""

    def __init__(self, title: str, model: ModelSpec, torchvision: tuple[str, ...], parent: QWidget | None) -> None:
        """``torchvision`` are the names that can be chosen too."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.model = ModelSection()
        self.model.add_torchvision(torchvision)
        self.problem = Problem()
        self.buttons = without_icons(
            QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.model.edited.connect(self._model_edited)
        self.model.open_wanted.connect(self._ask_for_file)
        self._show_model(model)

    @abstractmethod
    def read(self) -> None:
        """Take what is shown. Raises ValidationError."""

    def judge(self) -> None:
        """Take what is shown, or say what is wrong with it."""
        try:
            self.read()
        except ValidationError as error:
            self.problem.say(sentence(error))
        else:
            self.problem.say("")
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not self.problem.text())

    def _show_model(self, model: ModelSpec) -> None:
        self.model.show_spec(RunSpec(model=model), World())

    def _model_edited(self) -> None:
        self.judge()
        if not self.problem.text():
            self._show_model(self.model.values()["model"])

    def _ask_for_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Open model", str(Path.home()), f"{MODELS};;All files (*)")
        if name:
            self._show_model(ModelSpec(source=name))
            self.judge()
