"""What is in a run's folder already."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from rnd_lab.models.bundled import read_card
from rnd_lab.models.card import ModelCard
from rnd_lab.primitives.errors import LabError
from rnd_lab.training.catalog import AnyRecipe
from rnd_lab.training.checkpoint import Found, look
from rnd_lab.training.run import TrainingRun

RECIPE = TypeAdapter[AnyRecipe](Annotated[AnyRecipe, Field(discriminator="kind")])


@dataclass(frozen=True)
class Seen:
    """``found`` is the run that is there, ``card`` that of the model which came of the run that was asked for."""

    found: Found | None
    card: ModelCard | None

    def fits(self, run: TrainingRun) -> bool:
        """Whether the run that is there may be this one; its images and its start are compared when it goes on."""
        return self.found is not None and self.found.recipe == run.recipe.model_dump()

    @property
    def recipe(self) -> AnyRecipe | None:
        """The recipe of the run that is there; None where this version of the lab does not know it."""
        written = self.found.recipe if self.found else {}
        try:
            return RECIPE.validate_python(written)
        except ValidationError:
            return None


def see(run: TrainingRun) -> Seen:
    """Look into the folder of a run. Raises LabError where what is there cannot be read, or is another model."""
    found = look(run.folder)
    if Seen(found, None).fits(run) or not found:
        run.require_free()
    try:
        card = read_card(run.weights.with_suffix(".json")) if run.weights.exists() and run.made_model else None
    except LabError:
        card = None  # it is written anew when the run has been measured
    return Seen(found, card if found and len(found.log) == run.recipe.epochs else None)


def telling(seen: Seen, epochs: int) -> str:
    """How far the run is that is there, and what Resume does; empty where there is nothing to be told."""
    if not seen.found or seen.card:
        return ""
    done = len(seen.found.log)
    if not done and not seen.found.steps:
        return ""
    if done == epochs:
        return "All epochs are finished; Resume measures the model and saves it."
    if seen.found.steps:
        return f"Epoch {done + 1} of {epochs} has been begun; Resume goes on after its step {seen.found.steps:,}."
    return f"Epoch {done} of {epochs} is finished; Resume goes on from there."
