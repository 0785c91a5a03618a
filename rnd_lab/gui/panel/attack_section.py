"""The attack and its parameters, all from the catalog."""

from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from rnd_lab.attacks.attack import AttackSpec
from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.gui.forms import SpecForm
from rnd_lab.gui.panel.probe_view import ProbeView
from rnd_lab.gui.panel.section import Section
from rnd_lab.gui.panel.world import World
from rnd_lab.gui.widgets import Combo, Muted, flat
from rnd_lab.primitives.geometry import Norm

BUTTONS = {"paper": "Published settings", "authors": "Authors' settings"}
TIPS = {
    "paper": "<p>Set what the published evaluation of RND used for this data set and norm.</p>",
    "authors": "<p>Set what the attack's own authors used for this data set and norm.</p>",
}


class AttackSection(Section):
    """A list of all attacks; a sentence, a picture and a form for the chosen one, and named settings for it."""

    def __init__(self) -> None:
        super().__init__("Attack")
        self.combo = Combo()
        self.combo.setAccessibleName("Attack")
        for name, kind in ATTACKS.items():
            self.combo.addItem(kind.title, name)
            self.combo.setItemData(self.combo.count() - 1, kind.summary, 3)
        self.combo.activated.connect(self._chosen)
        self.summary = Muted()
        self.probe = ProbeView()
        self._holder = QVBoxLayout()
        self._forms: dict[str, SpecForm] = {}
        self._named: dict[str, AttackSpec] = {}
        self.buttons = {key: flat(QPushButton(text)) for key, text in BUTTONS.items()}
        row = QHBoxLayout()
        for key, button in self.buttons.items():
            button.setToolTip(TIPS[key])
            button.clicked.connect(lambda _=False, key=key: self.use(key))
            row.addWidget(button)
        row.addStretch(1)
        self.body.addWidget(self.combo)
        self.body.addWidget(self.summary)
        self.body.addWidget(self.probe)
        self.body.addLayout(self._holder)
        self.body.addLayout(row)
        self._data_set = "cifar10"
        self._norm: Norm = "linf"

    @property
    def form(self) -> SpecForm:
        """The form of the chosen attack."""
        return self._form(self.combo.currentData())

    def values(self) -> dict[str, Any]:
        return {"attack": self.form.value()}

    def show_spec(self, spec: RunSpec, world: World) -> None:
        attack = spec.attack
        self._data_set, self._norm = world.data_set, spec.threat.norm
        self.combo.setCurrentIndex(self.combo.findData(attack.name))
        self._show_form(attack)
        self.probe.show_run(spec, world.scene)
        self.probe.setVisible(True)
        self._named = {**attack.presets(world.data_set, spec.threat.norm)}
        for key, button in self.buttons.items():
            button.setVisible(key in self._named)
            button.setEnabled(self._named.get(key) != attack)

    def use(self, key: str) -> None:
        """Take over named settings."""
        self.form.set_value(self._named[key])
        self.edited.emit()

    def _chosen(self) -> None:
        kind = ATTACKS[self.combo.currentData()]
        self.probe.setVisible(False)  # until the run is a possible one
        self._show_form(kind.for_data(self._data_set, self._norm))
        self.edited.emit()

    def _show_form(self, attack: AttackSpec) -> None:
        form = self._form(attack.name)
        for other in self._forms.values():
            other.setVisible(other is form)
        form.set_value(attack)
        self.summary.setText(attack.summary)
        self.combo.setToolTip(f"<p>{attack.summary}</p>")

    def _form(self, name: str) -> SpecForm:
        if name not in self._forms:
            form = SpecForm(ATTACKS[name], parent=QWidget.window(self))
            form.changed.connect(self.edited)
            self._holder.addWidget(form)
            self._forms[name] = form
        return self._forms[name]
