"""The defense that answers in the model's place."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider

from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.gui.forms import SpecForm
from rnd_lab.gui.panel.section import Section
from rnd_lab.gui.panel.world import World
from rnd_lab.gui.widgets import Muted, Switch

TICKS = 1000
MOST = 0.1
"""ν at the right end of the slider; the box beside it takes more."""


class DefenseSection(Section):
    """RND on or off, and its ν as a slider and as a number."""

    def __init__(self) -> None:
        super().__init__("Defense")
        self.switch = Switch("RND")
        self.switch.setToolTip(f"<p>{RndSpec.summary}</p>")
        self.form = SpecForm(RndSpec)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, TICKS)
        self.slider.setSingleStep(10)
        self.slider.setPageStep(50)
        self.slider.setToolTip(f"ν from 0 to {MOST} pixel")
        self.slider.setAccessibleName("ν")
        self.head.addWidget(self.switch)
        self.switch.clicked.connect(self._switched)
        self.slider.valueChanged.connect(self._slid)
        self.form.changed.connect(self.edited)
        self.body.addWidget(Muted(RndSpec.summary))
        self.body.addWidget(self.form)
        self.body.addWidget(self.slider)

    def values(self) -> dict[str, Any]:
        return {"defense": (self.form.value(),) if self.switch.isChecked() else ()}

    def show_spec(self, spec: RunSpec, world: World) -> None:
        self.switch.setChecked(bool(spec.defense))
        if spec.defense:
            self.form.set_value(spec.defense[0])
        elif not self.form.rows["nu"].editor.value():
            self.form.set_value(RndSpec())
        self._enable()
        blocked = self.slider.blockSignals(True)
        self.slider.setValue(round(self.form.rows["nu"].editor.value() / MOST * TICKS))
        self.slider.blockSignals(blocked)

    def _switched(self) -> None:
        self._enable()
        self.edited.emit()

    def _slid(self, tick: int) -> None:
        self.form.rows["nu"].editor.set_value(round(tick / TICKS * MOST, 6))
        self.edited.emit()

    def _enable(self) -> None:
        for widget in (self.form, self.slider):
            widget.setEnabled(self.switch.isChecked())
