"""One more model for the comparison: from torchvision, or from a file."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from rnd_lab.gui.model_dialog import ModelDialog
from rnd_lab.models.spec import ModelSpec


class PlainModelDialog(ModelDialog):
    """Chooses a model; ``chosen`` is what was made of it."""

    def __init__(self, model: ModelSpec, torchvision: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__("Model", model, torchvision, parent)
        self.resize(480, 160)
        self.chosen = model
        layout = QVBoxLayout(self)
        layout.addWidget(self.model)
        layout.addStretch(1)
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)

    def read(self) -> None:
        self.chosen = self.model.values()["model"]
