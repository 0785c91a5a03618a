"""The form of a training run, on the left of the page."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from rnd_lab.gui.action_bar import stack_above
from rnd_lab.gui.draft import Draft
from rnd_lab.gui.panel.game_section import devices
from rnd_lab.gui.panel.section import Titled
from rnd_lab.gui.train.grid import Grid
from rnd_lab.gui.train.images_part import ImagesPart
from rnd_lab.gui.train.part import Part
from rnd_lab.gui.train.recipe_part import RecipePart
from rnd_lab.gui.train.result_part import ResultPart
from rnd_lab.gui.train.run_bar import TrainBar
from rnd_lab.gui.train.start_part import StartPart
from rnd_lab.gui.widgets import Combo
from rnd_lab.gui.words import complaint, sentence
from rnd_lab.primitives.errors import LabError
from rnd_lab.training.run import TrainingRun

WIDTH = 360


class TrainForm(QWidget):
    """Shows the draft and edits it; what is no run is explained and left out of the draft.

    Signals: ``judged()`` after every edit, whether it made a run or not.
    """

    judged = Signal()

    def __init__(self, draft: Draft[TrainingRun], models: Path, device: str) -> None:
        super().__init__()
        self.draft = draft
        self.recipe = RecipePart()
        self.images, self.start, self.result = ImagesPart(), StartPart(), ResultPart(models)
        self.device = Combo()
        self.device.setAccessibleName("Device")
        self.device.addItems(devices())
        self.show_device(device)
        self.run_bar = TrainBar()
        self._parts: tuple[Part, ...] = (self.images, self.start, self.result)
        for part in (self.recipe, *self._parts):
            part.edited.connect(lambda title=part.title: self._edited(title))
        self._content = stack_above(self, (self.recipe, *self._parts, self._computing()), self.run_bar)
        self.setMinimumWidth(WIDTH)
        draft.changed.connect(self._show)
        self._show(draft.spec)

    def show_device(self, name: str) -> None:
        """Show a device, or "auto" where it is not here."""
        self.device.setCurrentIndex(max(self.device.findText(name), 0))

    def lock(self, locked: bool) -> None:
        """No changes while a model is trained."""
        self._content.setEnabled(not locked)

    def commit(self) -> bool:
        """Take what is being typed; returns whether the form is a run."""
        return self.run_bar.commit(self)

    def _computing(self) -> Titled:
        part = Titled("Computing")
        grid = Grid()
        grid.add("Device", self.device, "<p>Where the model is trained. Auto: a GPU where there is one.</p>")
        part.body.addLayout(grid)
        return part

    def _edited(self, title: str) -> None:
        try:
            run = self._read()
        except (ValidationError, LabError) as error:
            self.run_bar.explain(sentence(error))
            self.judged.emit()
            return
        if run == self.draft.spec:
            self._show(run)
        self.draft.edit(run, title)

    def _read(self) -> TrainingRun:
        """The run that is shown. Raises ValidationError or LabError, after saying what is wrong."""
        recipe = self.recipe.value()
        values: dict[str, Any] = {"recipe": recipe}
        for part in self._parts:
            part.set_recipe(recipe)
        for part in self._parts:
            values |= part.values()
        try:
            return TrainingRun(**values)
        except ValidationError as error:  # the recipe is valid, and paths are any text
            self.result.explain(f"The name {complaint(error.errors()[0])}.")
            raise

    def _show(self, run: TrainingRun) -> None:
        self.recipe.show_recipe(run.recipe)
        for part in self._parts:
            part.show_run(run)
        self.run_bar.explain("")
        self.judged.emit()
