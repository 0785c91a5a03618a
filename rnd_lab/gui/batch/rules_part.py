"""The threat model, the referee, and what the lab looks at beside the games."""

from typing import Any

from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.game.referee import Referee
from rnd_lab.game.threat import ThreatModel
from rnd_lab.gui.batch.part import Part
from rnd_lab.gui.forms import SpecForm
from rnd_lab.gui.widgets import CheckBox
from rnd_lab.gui.words import tooltip_of
from rnd_lab.results.cell import CellSpec

LOOKS = {"control": "Null control", "watch": "Count decisions that the noise turns"}


class ThreatPart(Part):
    """The form of the threat model."""

    def __init__(self) -> None:
        super().__init__("Threat model")
        self.form = SpecForm(ThreatModel)
        self.form.changed.connect(self.edited)
        self.body.addWidget(self.form)

    def values(self) -> dict[str, Any]:
        return {"threat": self.form.value()}

    def show_spec(self, spec: EvaluationSpec) -> None:
        self.form.set_value(spec.threat)


class RefereePart(Part):
    """The form of the referee, and two switches."""

    def __init__(self) -> None:
        super().__init__("Referee")
        self.form = SpecForm(Referee)
        self.form.changed.connect(self.edited)
        self.body.addWidget(self.form)
        self.boxes = {name: CheckBox(text) for name, text in LOOKS.items()}
        for name, box in self.boxes.items():
            box.setToolTip(tooltip_of(CellSpec.model_fields[name]))
            box.clicked.connect(self.edited)
            self.body.addWidget(box)

    def values(self) -> dict[str, Any]:
        return {"referee": self.form.value(), **{name: box.isChecked() for name, box in self.boxes.items()}}

    def show_spec(self, spec: EvaluationSpec) -> None:
        self.form.set_value(spec.referee)
        for name, box in self.boxes.items():
            box.setChecked(getattr(spec, name))
