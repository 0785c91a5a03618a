"""A defended model: a model, the stack of defenses in front of it, and its title in tables."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from rnd_lab.evaluation.spec import DefendedModel
from rnd_lab.evaluation.titles import model_title, stack_title
from rnd_lab.gui.model_dialog import ModelDialog
from rnd_lab.gui.panel.section import Titled
from rnd_lab.gui.stack_editor import StackEditor


class DefendedModelDialog(ModelDialog):
    """Edits one row of a comparison; ``chosen`` is what was made of it."""

    def __init__(self, defended: DefendedModel, torchvision: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__("Defended model", defended.model, torchvision, parent)
        self.resize(520, 640)
        self.chosen = defended
        self.stack = StackEditor()
        self.stack.set_value(defended.defense)
        defenses = Titled("Defenses, the outermost first")
        defenses.body.addWidget(self.stack)
        self.title = QLineEdit(defended.title)
        self.title.setAccessibleName("Title")
        self.title.setToolTip(f"<p>{DefendedModel.model_fields['title'].description}</p>")
        naming = Titled("Title in tables")
        naming.body.addWidget(self.title)
        self._lay_out(self.model, defenses, naming)
        self.stack.changed.connect(self.judge)
        self.title.textChanged.connect(self.judge)
        self.judge()

    def read(self) -> None:
        values = {**self.model.values(), "defense": self.stack.value(), "title": self.title.text().strip()}
        self.chosen = DefendedModel(**values)
        self.title.setPlaceholderText(f"{model_title(self.chosen.model)}, {stack_title(self.chosen.defense)}")

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
