"""What the parts of the training form have in common."""

from abc import abstractmethod
from typing import Any

from rnd_lab.gui.panel.section import Titled
from rnd_lab.training.catalog import AnyRecipe
from rnd_lab.training.run import TrainingRun


class Part(Titled):
    """A part that edits some fields of a training run; what it offers depends on the recipe."""

    @abstractmethod
    def set_recipe(self, recipe: AnyRecipe) -> None:
        """Offer what suits a recipe; says nothing."""

    @abstractmethod
    def values(self) -> dict[str, Any]:
        """The fields that this part edits. Raises LabError, after saying what is wrong."""

    @abstractmethod
    def show_run(self, run: TrainingRun) -> None:
        """Show a run; says nothing."""
