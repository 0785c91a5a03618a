"""The attacks: a list of all of them to choose from, each with its settings."""

from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from rnd_lab.attacks.attack import AttackSpec
from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.gui.batch.part import Part
from rnd_lab.gui.forms import SpecForm
from rnd_lab.gui.panel.attack_section import BUTTONS, TIPS
from rnd_lab.gui.widgets import CheckBox, IconButton, Muted, Problem, flat
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.geometry import SIGNS, Norm


class AttackRow(QWidget):
    """One attack: a check box, and its settings behind a button.

    Signals: ``changed()`` when the user has changed something.
    """

    changed = Signal()

    def __init__(self, attack: AttackSpec) -> None:
        super().__init__()
        self.kind = type(attack)
        self.check = CheckBox(attack.title)
        self.check.setToolTip(f"<p>{attack.summary}</p>")
        self.check.clicked.connect(self.changed)
        self.fold = IconButton("mdi6.chevron-right", f"Settings of {attack.title}")
        self.fold.setCheckable(True)
        self.fold.toggled.connect(self._toggled)
        self.problem = Problem()
        self.form = SpecForm(self.kind)
        self.form.changed.connect(self._edited)
        self.buttons = {key: flat(QPushButton(text)) for key, text in BUTTONS.items()}
        for key, button in self.buttons.items():
            button.setToolTip(TIPS[key])
            button.clicked.connect(lambda _=False, key=key: self._use(key))
        self._named: dict[str, AttackSpec] = {}
        self._content = QWidget()
        self._lay_out(attack.summary)
        self.form.set_value(attack)

    def value(self) -> AttackSpec:
        """The attack with its settings. Raises ValidationError, after saying what is wrong."""
        try:
            attack: AttackSpec = self.form.value()
        except ValidationError:
            self.fold.setChecked(True)
            raise
        return attack

    def show_attack(self, attack: AttackSpec, checked: bool, data_set: str, norm: Norm) -> None:
        """Show an attack, with the named settings for a data set and a norm; says nothing."""
        self.check.setChecked(checked)
        self.form.set_value(attack)
        self.problem.say("")
        self._named = {**attack.presets(data_set, norm)}
        for key, button in self.buttons.items():
            button.setVisible(key in self._named)
            button.setEnabled(self._named.get(key) != attack)

    def refuse(self, text: str) -> None:
        """Say why this attack cannot be part of the evaluation; empty: it can."""
        self.problem.say(text)

    def _use(self, key: str) -> None:
        self.form.set_value(self._named[key])
        self._edited()

    def _edited(self) -> None:
        self.check.setChecked(True)  # nobody sets what is not to be played
        self.changed.emit()

    def _toggled(self, opened: bool) -> None:
        self._content.setVisible(opened)
        self.fold.set_icon("mdi6.chevron-down" if opened else "mdi6.chevron-right")

    def _lay_out(self, summary: str) -> None:
        head = QHBoxLayout()
        head.addWidget(self.check, 1)
        head.addWidget(self.fold)
        row = QHBoxLayout()
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        inner = QVBoxLayout(self._content)
        inner.setContentsMargins(22, 0, 0, 8)
        inner.addWidget(Muted(summary))
        inner.addWidget(self.form)
        inner.addLayout(row)
        self._content.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(head)
        layout.addWidget(self.problem)
        layout.addWidget(self._content)


class AttacksPart(Part):
    """One row for every attack; those of a spec come first, in its order, for the order is part of it."""

    def __init__(self) -> None:
        super().__init__("Attacks")
        self.rows: list[AttackRow] = []
        self.problem = Problem()
        self._column = QVBoxLayout()
        self._column.setSpacing(2)
        self.body.addWidget(self.problem)
        self.body.addLayout(self._column)
        self.data_set = "cifar10"
        self._shown_for: tuple[str, Norm] | None = None

    def values(self) -> dict[str, Any]:
        chosen = tuple([row.value() for row in self.rows if row.check.isChecked()])
        self.problem.say("" if chosen else "Choose at least one attack.")
        if not chosen:
            raise LabError("An evaluation needs at least one attack.")
        return {"attacks": chosen}

    def check(self, norm: Norm) -> None:
        """Say which of the chosen attacks do not know a norm. Raises LabError where there are any."""
        unable = [row for row in self.rows if row.check.isChecked() and norm not in row.kind.norms]
        for row in self.rows:
            row.refuse(f"{row.kind.title} is not defined for {SIGNS[norm]}." if row in unable else "")
        if unable:
            raise LabError(f"{unable[0].kind.title} is not defined for {SIGNS[norm]}.")

    def show_spec(self, spec: EvaluationSpec) -> None:
        shown_for = (self.data_set, spec.threat.norm)
        others = [kind for kind in ATTACKS.values() if not any(isinstance(it, kind) for it in spec.attacks)]
        wanted = [type(it) for it in spec.attacks] + others
        if sorted(kind.title for kind in wanted) != sorted(row.kind.title for row in self.rows):
            self._build(wanted)
        rows = list(self.rows)
        chosen = [rows.pop(next(i for i, row in enumerate(rows) if row.kind is type(it))) for it in spec.attacks]
        if [row for row in self.rows if row in chosen] != chosen:
            self._order(chosen + rows)
        for row, attack in zip(chosen, spec.attacks, strict=True):
            row.show_attack(attack, True, *shown_for)
        for row in rows:
            row.refuse("")
            # what the user has unticked keeps its settings; what the spec has taken away goes back to the published
            if shown_for != self._shown_for or row.check.isChecked():
                row.show_attack(row.kind.for_data(*shown_for), False, *shown_for)
        self._shown_for = shown_for
        self.problem.say("")

    def _build(self, kinds: list[type[AttackSpec]]) -> None:
        for row in self.rows:
            row.hide()
            row.deleteLater()
        self._shown_for = None
        self.rows = [AttackRow(kind.for_data(self.data_set, kind.norms[0])) for kind in kinds]
        for row in self.rows:
            self._column.addWidget(row)
            row.changed.connect(self.edited)

    def _order(self, rows: list[AttackRow]) -> None:
        self.rows = rows
        for place, row in enumerate(rows):
            self._column.removeWidget(row)
            self._column.insertWidget(place, row)
