"""What the parts of the evaluation's form have in common."""

from typing import Any

from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.gui.panel.section import Titled


class Part(Titled):
    """A part that edits some fields of an evaluation."""

    def values(self) -> dict[str, Any]:
        """The fields that this part edits. Raises ValidationError or LabError, after saying what is wrong."""
        raise NotImplementedError

    def show_spec(self, spec: EvaluationSpec) -> None:
        """Show an evaluation; says nothing."""
        raise NotImplementedError
