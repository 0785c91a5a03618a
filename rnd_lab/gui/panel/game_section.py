"""Who judges, which random numbers are drawn, and where it is computed."""

from random import SystemRandom
from typing import Any

import torch
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel

from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.game.referee import Referee
from rnd_lab.gui.forms import LABEL_WIDTH, SpecForm
from rnd_lab.gui.number_box import NumberBox
from rnd_lab.gui.panel.section import Section
from rnd_lab.gui.panel.world import World
from rnd_lab.gui.widgets import Combo, IconButton


class RefereeSection(Section):
    """The form of the referee."""

    def __init__(self) -> None:
        super().__init__("Referee")
        self.form = SpecForm(Referee)
        self.form.changed.connect(self.edited)
        self.body.addWidget(self.form)

    def values(self) -> dict[str, Any]:
        return {"referee": self.form.value()}

    def show_spec(self, spec: RunSpec, world: World) -> None:
        self.form.set_value(spec.referee)


def devices() -> tuple[str, ...]:
    """Names of the devices that are here; "auto" is the best of them."""
    return ("auto", "cpu", *(f"cuda:{index}" for index in range(torch.cuda.device_count())))


class ComputingSection(Section):
    """Seed and device; the device is no part of a run.

    Signals: ``device_changed(name)``.
    """

    device_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__("Computing")
        self.seed = NumberBox(whole=True, low=0, step=1)
        self.seed.setToolTip("<p>Seed of all random numbers of the game. The same seed plays the same game again.</p>")
        self.seed.valueChanged.connect(lambda: self.edited.emit())
        dice = IconButton("mdi6.dice-5-outline", "Another seed, by chance")
        dice.clicked.connect(lambda: self.seed.setValue(SystemRandom().randrange(1_000_000)))
        self.device = Combo()
        self.device.addItems(devices())
        self.device.setToolTip("<p>Where the model is computed. Auto: a GPU where there is one.</p>")
        self.device.textActivated.connect(self.device_changed)
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        for line, (text, widget) in enumerate((("Seed", self.seed), ("Device", self.device))):
            label = QLabel(text)
            label.setBuddy(widget)
            grid.addWidget(label, line, 0)
            grid.addWidget(widget, line, 1)
        grid.addWidget(dice, 0, 2)
        self.body.addLayout(grid)

    def values(self) -> dict[str, Any]:
        return {"seed": self.seed.number()}

    def show_spec(self, spec: RunSpec, world: World) -> None:
        blocked = self.seed.blockSignals(True)
        self.seed.set_number(spec.seed)
        self.seed.blockSignals(blocked)

    def show_device(self, name: str) -> None:
        """Show a device, or "auto" where it is not here."""
        self.device.setCurrentIndex(max(self.device.findText(name), 0))
