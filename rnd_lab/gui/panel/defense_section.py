"""The defenses that answer in the model's place."""

from typing import Any

from rnd_lab.defenses.catalog import AnyDefense
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.gui.panel.section import Section
from rnd_lab.gui.panel.world import World
from rnd_lab.gui.stack_editor import StackEditor
from rnd_lab.gui.widgets import Switch


class DefenseSection(Section):
    """A stack of defenses, and a switch that takes all of it away and brings it back."""

    def __init__(self) -> None:
        super().__init__("Defense")
        self.switch = Switch("On")
        self.switch.setToolTip("<p>Off: the model answers itself. The stack is kept for when it is on again.</p>")
        self.stack = StackEditor()
        self._kept: tuple[AnyDefense, ...] = (RndSpec(),)
        self.head.addWidget(self.switch)
        self.body.addWidget(self.stack)
        self.switch.clicked.connect(self._switched)
        self.stack.changed.connect(self._changed)

    def values(self) -> dict[str, Any]:
        return {"defense": self.stack.value() if self.switch.isChecked() else ()}

    def show_spec(self, spec: RunSpec, world: World) -> None:
        self._kept = spec.defense or self._kept
        self.switch.setChecked(bool(spec.defense))
        self.stack.set_value(self._kept)
        self.stack.setEnabled(bool(spec.defense))

    def _switched(self) -> None:
        if self.switch.isChecked() and not self.stack.boxes:
            self.stack.set_value((RndSpec(),))
        self.edited.emit()

    def _changed(self) -> None:
        if not self.stack.boxes:  # the last one was removed
            self.switch.setChecked(False)
        self.edited.emit()
