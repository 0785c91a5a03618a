"""The form of a measurement, on the left of the page."""

from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from rnd_lab.data.set_spec import DataSpec
from rnd_lab.evaluation.known import mismatch
from rnd_lab.evaluation.spec import DefendedModel, EvaluationSpec
from rnd_lab.gui.action_bar import stack_above
from rnd_lab.gui.batch.data_part import DataPart
from rnd_lab.gui.calibrate.models_part import ModelsPart
from rnd_lab.gui.calibrate.run_bar import MeasureBar
from rnd_lab.gui.calibrate.spec import CalibrationSpec
from rnd_lab.gui.forms import SpecForm
from rnd_lab.gui.panel.section import Titled
from rnd_lab.gui.words import sentence
from rnd_lab.models.spec import MODEL_SUFFIXES, ModelSpec
from rnd_lab.primitives.errors import LabError

WIDTH = 380


class CalibrationForm(QWidget):
    """Models, images, and the question. ``spec`` is what was last shown that makes sense.

    Signals: ``changed()`` after every edit, whether it makes sense or not.
    """

    changed = Signal()

    def __init__(self, spec: CalibrationSpec) -> None:
        super().__init__()
        self.spec = spec
        self.models, self.data, self.question = ModelsPart(), DataPart(), Titled("Noise")
        self.rows = SpecForm(CalibrationSpec, skip=("models", "data"))
        self.question.body.addWidget(self.rows)
        self.run_bar = MeasureBar()
        stack_above(self, (self.models, self.data, self.question), self.run_bar)
        self.setMinimumWidth(WIDTH)
        self.show_spec(spec)
        for signal in (self.models.edited, self.data.edited, self.rows.changed):
            signal.connect(self._edited)
        self.data.opened.connect(self.open_path)

    def show_spec(self, spec: CalibrationSpec) -> None:
        """Show a measurement."""
        self.models.show_models(spec.models)
        self.data.show_spec(EvaluationSpec(data=spec.data))
        self.rows.set_value(spec)
        self._edited()

    def lock(self, locked: bool) -> None:
        """No changes while something is measured, except of the allowed loss, which needs no new measurement."""
        self.models.setEnabled(not locked)
        self.data.setEnabled(not locked)
        for name, row in self.rows.rows.items():
            for widget in (row.label, row.editor.widget, row.reset):
                widget.setEnabled(not locked or name == "max_loss")

    def commit(self) -> bool:
        """Take what is being typed; returns whether it makes sense."""
        return self.run_bar.commit(self)

    def open_path(self, path: Path) -> None:
        """Take a model, or images."""
        if path.suffix.lower() in MODEL_SUFFIXES:
            self.models.take(ModelSpec(source=str(path)))
        else:
            data = DataSpec(source=str(path), images=self.spec.data.images, seed=self.spec.data.seed)
            self.data.show_spec(EvaluationSpec(data=data))
            self._edited()

    def _edited(self) -> None:
        try:
            self.spec = self._read()
        except (ValidationError, LabError) as error:
            self.run_bar.explain(sentence(error))
        else:
            wrong = mismatch(_evaluation(self.spec))
            self.run_bar.explain(f"{wrong} Untick it, or choose other images." if wrong else "")
            self.data.show_spec(EvaluationSpec(data=self.spec.data))
        self.changed.emit()

    def _read(self) -> CalibrationSpec:
        """What is shown. Raises ValidationError or LabError, after saying what is wrong."""
        values = {**dict(self.rows.value()), "models": self.models.value(), **self.data.values()}
        return CalibrationSpec(**values)


def _evaluation(spec: CalibrationSpec) -> EvaluationSpec:
    """The same models and images, as the Batch tab has them."""
    return EvaluationSpec(data=spec.data, models=tuple(DefendedModel(model=model) for model in spec.models))
