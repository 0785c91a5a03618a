"""How much the evaluation of the form is: its cells, games and queries, and the time that they take here at most."""

from math import inf

from PySide6.QtCore import QObject, QTimer

from rnd_lab.evaluation.estimate import Effort, answer_rate, effort, timed_as
from rnd_lab.evaluation.spec import DefendedModel, EvaluationSpec
from rnd_lab.gui.batch.errands import Errands
from rnd_lab.gui.batch.form import BatchForm
from rnd_lab.gui.times import duration
from rnd_lab.primitives.amounts import amount
from rnd_lab.primitives.errors import LabError

PAUSE = 250
"""Milliseconds without another change before the evaluation is counted."""

Rates = dict[tuple[DefendedModel, str], float | None]
"""Answers a second of a defended model on a device; None where they are not known."""


class Reckoning(QObject):
    """Counts a moment after the last change, and tells it in the form; each defended model is timed once a device."""

    def __init__(self, form: BatchForm, errands: Errands, device: str) -> None:
        super().__init__(form)
        self.device = device
        self.timing = True
        """Whether models may be timed: not while an evaluation takes the processor."""
        self._form, self._draft, self._errands = form, form.draft, errands
        self._effort: Effort | None = None
        self._rates: Rates = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._count)
        self._draft.changed.connect(self.soon)

    def soon(self) -> None:
        """Count in a moment."""
        self._timer.start()

    def look_again(self) -> None:
        """Images that could not be counted may be back: the user was elsewhere meanwhile."""
        if self._form.data.problem.text():
            self.soon()

    def finish(self) -> None:
        """Count no more."""
        self._timer.stop()

    def _count(self) -> None:
        spec, device = self._draft.spec, self.device
        defended = dict.fromkeys(timed_as(it.model, it.defense) for it in spec.models)
        unknown = [it for it in defended if (it, device) not in self._rates]

        def rates() -> Rates:
            return {(it, device): _rate(it, device) for it in unknown}

        self._errands.do(lambda: effort(spec), lambda it: self._show(spec, it), self._refuse)
        if unknown and self.timing:
            self._errands.do(rates, self._take_rates)

    def _take_rates(self, rates: Rates) -> None:
        self._rates |= rates
        if self._effort:
            self._show(self._draft.spec, self._effort)

    def _show(self, spec: EvaluationSpec, it: Effort) -> None:
        if spec != self._draft.spec:
            return
        self._effort = it
        self._form.data.problem.say("")
        known = {defended: rate for (defended, device), rate in self._rates.items() if rate and device == self.device}
        seconds = it.seconds(known)
        time = f", at most about {duration(seconds)} here" if seconds is not None else ""
        counts = f"{amount(it.cells, 'cells')} · {amount(it.games, 'games')} · at most {amount(it.queries, 'queries')}"
        self._form.run_bar.show_effort(
            f"{counts}{time}",
            "As if no game were won before its budget is used up; what is finished already is not played again.",
        )

    def _refuse(self, error: LabError) -> None:
        """Say why the images cannot be counted; that does not forbid to run: they may be there again by then."""
        self._effort = None
        self._form.data.problem.say(str(error))
        self._form.run_bar.show_effort("")


def _rate(defended: DefendedModel, device: str) -> float | None:
    """Answers a second; None where they are not known. A model that cannot be loaded, or answer, takes no time."""
    try:
        return answer_rate(defended, device)
    except LabError:
        return inf
