"""What the model is called, and where it and the run are kept."""

from itertools import count
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QLineEdit

from rnd_lab.gui.train.grid import Grid
from rnd_lab.gui.train.part import Part
from rnd_lab.gui.train.path_line import PathLine
from rnd_lab.gui.words import tooltip_of
from rnd_lab.primitives.errors import LabError
from rnd_lab.training.catalog import AnyRecipe
from rnd_lab.training.run import TrainingRun


def usual_name(recipe: AnyRecipe) -> str:
    """What a model is called where the user says nothing."""
    kind = recipe.kind.partition("-")[0]
    return recipe.architecture if recipe.architecture.endswith(kind) else f"{recipe.architecture}-{kind}"


class ResultPart(Part):
    """A name and a folder; left empty, they follow the recipe and the name. ``place`` is where such folders are."""

    def __init__(self, place: Path) -> None:
        super().__init__("Result")
        self._place = place
        about = {name: tooltip_of(TrainingRun.model_fields[name]) for name in ("name", "out")}
        self.name = QLineEdit()
        self.name.setAccessibleName("Name")
        self.name.setAcceptDrops(False)  # the window knows better what a dropped file is
        self.name.editingFinished.connect(self._named)
        self.out = PathLine("Folder", about["out"], "Choose the folder", self._ask)
        self.out.edited.connect(self.edited)
        grid = Grid()
        self._problem = grid.add("Name", self.name, about["name"])
        self._out_problem = grid.add("Folder", self.out, about["out"])
        self.body.addLayout(grid)
        self._shown = ""

    def usual_out(self, name: str) -> str:
        """Where a model is kept where the user says nothing."""
        return str(self._place / name)

    def rename(self) -> None:
        """Another name whose usual folder is not there yet, and that folder, as if they had been typed."""
        self.name.setText(self._free_name(self._name()))
        self.out.show_text("")
        self._named()

    def set_recipe(self, recipe: AnyRecipe) -> None:
        self.name.setPlaceholderText(usual_name(recipe))
        self.out.line.setPlaceholderText(self.usual_out(self._name()))

    def values(self) -> dict[str, Any]:
        complaint = self.out.complaint()
        self._out_problem.say(complaint)
        if complaint:
            raise LabError(complaint)
        name = self._name()
        return {"name": name, "out": self.out.text() or self.usual_out(name)}

    def explain(self, problem: str) -> None:
        """Say what is wrong with the name; empty: nothing."""
        self._problem.say(problem)

    def show_run(self, run: TrainingRun) -> None:
        self._shown = "" if run.name == usual_name(run.recipe) else run.name
        self.name.setText(self._shown)
        self.out.show_text("" if run.out == self.usual_out(run.name) else run.out)
        self.set_recipe(run.recipe)
        self.explain("")
        self._out_problem.say("")

    def _free_name(self, name: str) -> str:
        """NAME-2 or above; the number of a name is counted on where the name without it is there."""
        before, _, number = name.rpartition("-")
        stem = before if number.isdigit() and Path(self.usual_out(before)).exists() else name
        free = (f"{stem}-{number}" for number in count(2))
        return next(name for name in free if not Path(self.usual_out(name)).exists())

    def _name(self) -> str:
        return self.name.text().strip() or self.name.placeholderText()

    def _named(self) -> None:
        if self.name.text() != self._shown:
            self._shown = self.name.text()
            self.edited.emit()

    def _ask(self) -> str:
        return QFileDialog.getExistingDirectory(self, "Folder for the run", self.out.text() or str(Path.home()))
