"""What the parts of the evaluation's form have in common."""

from abc import abstractmethod
from typing import Any

from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.gui.panel.section import Titled


class Part(Titled):
    """A part that edits some fields of an evaluation."""

    @abstractmethod
    def values(self) -> dict[str, Any]:
        """The fields that this part edits. Raises ValidationError or LabError, after saying what is wrong."""

    @abstractmethod
    def show_spec(self, spec: EvaluationSpec) -> None:
        """Show an evaluation; says nothing."""
