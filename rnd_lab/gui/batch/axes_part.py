"""The axes of a sweep: lists and ranges of values that are all played."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import ValidationError
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit

from rnd_lab.attacks.catalog import AnyAttack
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.evaluation.axes import SIZE, has_rnd, with_mu
from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.game.threat import ThreatModel
from rnd_lab.gui.batch.part import Part
from rnd_lab.gui.forms import LABEL_WIDTH
from rnd_lab.gui.widgets import CheckBox, Muted, Problem
from rnd_lab.gui.words import complaint
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.ranges import HELP, WHOLE_HELP, numbers, wholes, written
from rnd_lab.primitives.spec import LARGEST_SEED

Values = tuple[float, ...]


@dataclass(frozen=True)
class Axis:
    """One axis: how its text is read, what its values are tried on, and its unit and range."""

    title: str
    read: Callable[[str], Values]
    attempt: Callable[[float], object]
    hint: str


AXES = {
    "nu": Axis("ν", numbers, lambda value: RndSpec(nu=value), "Unit: pixel. Range: 0 to 1."),
    "mu": Axis("μ", numbers, lambda value: value, "Unit: as in the attack. Range: what every chosen attack takes."),
    "eot": Axis("EOT M", wholes, lambda value: ThreatModel(eot=int(value)), "Unit: queries. Range: at least 1."),
    "epsilon": Axis("ε", numbers, lambda value: ThreatModel(epsilon=value), "Unit: pixel. Range: above 0."),
    "seeds": Axis("Seeds", wholes, lambda value: DataSpec(seed=int(value)), f"Range: 0 to {LARGEST_SEED:,}."),
}
GOALS = ("untargeted", "targeted")


class AxisRow:
    """The widgets of one axis; what the user typed stays as it is as long as it means the same."""

    def __init__(self, name: str, axis: Axis) -> None:
        self._axis = axis
        about = EvaluationSpec.model_fields[name].description
        self.label = QLabel(axis.title)
        self.label.setMinimumWidth(LABEL_WIDTH)
        self.line = QLineEdit()
        self.line.setAccessibleName(axis.title)
        self.line.setPlaceholderText("as set above")
        self.label.setBuddy(self.line)
        for widget in (self.label, self.line):
            widget.setToolTip(f"<p>{about} {WHOLE_HELP if axis.read is wholes else HELP}</p><p><i>{axis.hint}</i></p>")
        self.problem = Problem()

    def value(self) -> Values:
        """The values. Raises LabError, after saying what is wrong."""
        try:
            values = self._axis.read(self.line.text())
            for value in values:
                self.attempt(self._axis.attempt, value)
        except LabError as error:
            self.problem.say(str(error))
            raise
        self.problem.say("")
        return values

    def attempt(self, use: Callable[[float], object], value: float, where: str = "") -> None:
        """Try a value. Raises LabError, after saying what is wrong."""
        try:
            use(value)
        except ValidationError as error:
            text = f"{self._axis.title} = {value:g}{where} {complaint(error.errors()[0])}."
            self.problem.say(text)
            raise LabError(text) from error

    def show(self, values: Sequence[float]) -> None:
        """Show values; says nothing."""
        try:
            same = self._axis.read(self.line.text()) == tuple(values)
        except LabError:
            same = False
        if not same:
            self.line.setText(", ".join(map(written, values)))
        self.problem.say("")


class AxesPart(Part):
    """A line for each axis; an empty one leaves what is set above."""

    def __init__(self) -> None:
        super().__init__("Sweep")
        self.rows = {name: AxisRow(name, axis) for name, axis in AXES.items()}
        self.goals = {goal: CheckBox(goal.capitalize()) for goal in GOALS}
        self._goals: tuple[str, ...] = ()
        self.note = Muted()
        self.rows["seeds"].line.setPlaceholderText("0")
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row in self.rows.values():
            line = grid.rowCount()
            grid.addWidget(row.label, line, 0)
            grid.addWidget(row.line, line, 1)
            grid.addWidget(row.problem, line + 1, 1)
            row.line.editingFinished.connect(lambda row=row: self._finished(row))
        grid.addWidget(self._goal_label(), grid.rowCount(), 0)
        grid.addLayout(self._goal_boxes(), grid.rowCount() - 1, 1)
        intro = Muted(
            "Every combination is a cell. Write a list (0, 0.01, 8/255) or a range with its step (0:0.05:0.01)."
        )
        self.body.addWidget(intro)
        self.body.addLayout(grid)
        self.body.addWidget(self.note)
        self._shown: dict[AxisRow, str] = {}

    def values(self) -> dict[str, Any]:
        values: dict[str, Any] = {name: row.value() for name, row in self.rows.items()}
        values["seeds"] = values["seeds"] or (0,)
        goals = tuple(goal for goal, box in self.goals.items() if box.isChecked())
        return values | {"goals": self._goals if set(goals) == set(self._goals) else goals}

    def check(self, attacks: Sequence[AnyAttack]) -> None:
        """Try the values of μ on the attacks. Raises LabError, after saying which one does not take it."""
        row = self.rows["mu"]
        for value in row.value():
            for attack in attacks:
                where = f": in {attack.title} {SIZE.get(attack.name)}"
                row.attempt(partial(with_mu, attack), value, where)

    def show_spec(self, spec: EvaluationSpec) -> None:
        for name, row in self.rows.items():
            row.show(getattr(spec, name))
            self._shown[row] = row.line.text()
        self._goals = spec.goals
        for goal, box in self.goals.items():
            box.setChecked(goal in spec.goals)
        noisy = any(has_rnd(defended.defense) for defended in spec.models)
        self.note.setText("" if noisy or not spec.nu else "ν changes nothing: no model has RND in its stack.")
        self.note.setVisible(bool(self.note.text()))

    def _finished(self, row: AxisRow) -> None:
        if row.line.text() != self._shown.get(row):
            self._shown[row] = row.line.text()
            self.edited.emit()

    def _goal_label(self) -> QLabel:
        label = QLabel("Goals")
        label.setToolTip("<p>Play both goals beside each other. None chosen: as set above.</p>")
        return label

    def _goal_boxes(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for box in self.goals.values():
            box.setToolTip("<p>Play both goals beside each other. None chosen: as set above.</p>")
            box.clicked.connect(self.edited)
            row.addWidget(box)
        row.addStretch(1)
        return row
