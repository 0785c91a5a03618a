"""The form of an evaluation, on the left of the tab."""

from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from rnd_lab.evaluation.known import mismatch
from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.gui.action_bar import stack_above
from rnd_lab.gui.batch.attacks_part import AttacksPart
from rnd_lab.gui.batch.axes_part import AxesPart
from rnd_lab.gui.batch.data_part import DataPart
from rnd_lab.gui.batch.following import classes_of, follow
from rnd_lab.gui.batch.models_part import ModelsPart
from rnd_lab.gui.batch.name_part import NamePart
from rnd_lab.gui.batch.part import Part
from rnd_lab.gui.batch.rules_part import RefereePart, ThreatPart
from rnd_lab.gui.batch.run_bar import BatchBar
from rnd_lab.gui.draft import Draft
from rnd_lab.gui.words import sentence
from rnd_lab.primitives.errors import LabError

WIDTH = 400


class BatchForm(QWidget):
    """Shows the draft and edits it; what is no evaluation is explained and left out of the draft.

    Signals: ``judged()`` after every edit, whether it made an evaluation or not.
    """

    judged = Signal()

    def __init__(self, draft: Draft[EvaluationSpec]) -> None:
        super().__init__()
        self.draft = draft
        self.name, self.data, self.models = NamePart(), DataPart(), ModelsPart()
        self.attacks, self.threat, self.axes = AttacksPart(), ThreatPart(), AxesPart()
        self.referee = RefereePart()
        self.run_bar = BatchBar()
        self._parts: tuple[Part, ...] = (
            self.name, self.data, self.models, self.attacks, self.threat, self.axes, self.referee,
        )  # fmt: skip
        for part in self._parts:
            part.edited.connect(lambda title=part.title: self._edited(title))
        self.run_bar.reconsidered.connect(self.judged)
        self._content = stack_above(self, self._parts, self.run_bar)
        self.setMinimumWidth(WIDTH)
        draft.changed.connect(self._show)
        self._show(draft.spec)

    def lock(self, locked: bool) -> None:
        """No changes while an evaluation is run."""
        self._content.setEnabled(not locked)

    def commit(self) -> bool:
        """Take what is being typed; returns whether the form is an evaluation."""
        return self.run_bar.commit(self)

    def _edited(self, title: str) -> None:
        try:
            spec = self._read()
        except (ValidationError, LabError) as error:
            self.run_bar.explain(sentence(error))
            self.judged.emit()
            return
        if spec == self.draft.spec:
            self._show(spec)
        self.draft.edit(spec, title)

    def _read(self) -> EvaluationSpec:
        """The evaluation that is shown. Raises ValidationError or LabError, after saying what is wrong."""
        values: dict[str, Any] = {}
        for part in self._parts:
            values |= part.values()
        values |= follow(self.draft.spec, values)
        self.attacks.check(values["threat"].norm)
        self.axes.check(values["attacks"])
        return EvaluationSpec(**values)

    def _show(self, spec: EvaluationSpec) -> None:
        self.attacks.data_set = classes_of(spec.data, spec.models)
        for part in self._parts:
            part.show_spec(spec)
        self.models.problem.say(mismatch(spec))
        self.data.problem.say("")
        self.run_bar.explain("")
        self.judged.emit()
