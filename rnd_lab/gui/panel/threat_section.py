"""The threat model, and the class that a targeted attack wants."""

from typing import Any

from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.game.threat import ThreatModel
from rnd_lab.gui.forms import SpecForm
from rnd_lab.gui.panel.class_combo import ClassCombo
from rnd_lab.gui.panel.section import Section
from rnd_lab.gui.panel.world import World


class ThreatSection(Section):
    """The form of the threat model with the target class below the goal."""

    def __init__(self) -> None:
        super().__init__("Threat model")
        self.form = SpecForm(ThreatModel)
        self.target = ClassCombo()
        tip = "The class that a targeted attack wants the model to say."
        self._target_label = self.form.insert("goal", "Target class", self.target, tip)
        self.form.changed.connect(self.edited)
        self.target.picked.connect(self.edited)
        self.body.addWidget(self.form)
        self._true: int | None = None
        self._labels: tuple[str, ...] = ()

    def values(self) -> dict[str, Any]:
        threat = self.form.value()
        return {"threat": threat, "target": self._wanted() if threat.targeted else None}

    def show_spec(self, spec: RunSpec, world: World) -> None:
        self._true = world.scene.label if world.scene else spec.label
        self._labels = world.labels
        self.form.set_value(spec.threat)
        self.target.show_classes(world.labels, spec.target)
        for widget in (self._target_label, self.target):
            widget.setVisible(spec.threat.targeted)

    def _wanted(self) -> int | None:
        """The chosen target, or the first class that is not the true one."""
        if self.target.value() is not None:
            return self.target.value()
        return next((index for index in range(len(self._labels)) if index != self._true), None)
