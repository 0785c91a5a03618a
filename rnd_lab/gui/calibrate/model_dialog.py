"""One more model for the comparison: from torchvision, or from a file."""

from pathlib import Path

from pydantic import ValidationError
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog, QVBoxLayout, QWidget

from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.gui.commands import MODELS
from rnd_lab.gui.panel.model_section import ModelSection
from rnd_lab.gui.panel.world import World
from rnd_lab.gui.widgets import Problem, without_icons
from rnd_lab.gui.words import sentence
from rnd_lab.models.spec import ModelSpec


class ModelDialog(QDialog):
    """Chooses a model; ``chosen`` is what was made of it."""

    def __init__(self, model: ModelSpec, torchvision: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Model")
        self.resize(480, 160)
        self.chosen = model
        self.model = ModelSection()
        self.model.add_torchvision(torchvision)
        self.problem = Problem()
        self.buttons = without_icons(
            QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self.model)
        layout.addStretch(1)
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)
        self.model.edited.connect(self._read)
        self.model.open_wanted.connect(self._ask_for_file)
        self._show(model)

    def _read(self) -> None:
        """Take what is shown, or say what is wrong with it."""
        ok = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        try:
            chosen: ModelSpec = self.model.values()["model"]
        except ValidationError as error:
            self.problem.say(sentence(error))
            ok.setEnabled(False)
            return
        self.problem.say("")
        ok.setEnabled(True)
        self._show(chosen)

    def _show(self, model: ModelSpec) -> None:
        self.chosen = model
        self.model.show_spec(RunSpec(model=model), World())

    def _ask_for_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Open model", str(Path.home()), f"{MODELS};;All files (*)")
        if name:
            self._show(ModelSpec(source=name))
