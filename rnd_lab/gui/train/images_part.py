"""The images that are learnt from, and those that the model is measured on."""

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog

from rnd_lab.gui.train.grid import Grid
from rnd_lab.gui.train.part import Part
from rnd_lab.gui.train.path_line import PathLine
from rnd_lab.gui.widgets import Problem
from rnd_lab.gui.words import tooltip_of
from rnd_lab.primitives.errors import LabError
from rnd_lab.training.catalog import AnyRecipe
from rnd_lab.training.run import CIFAR10, TrainingRun

NOTHING = {
    "cifar10": ("CIFAR-10, downloaded once", "in the same folder"),
    "imagenet": ("a folder with train and val", "in the same folder's val"),
}
"""What stands in the empty lines, by the recipe's data set."""


class ImagesPart(Part):
    """Two paths; what was set for CIFAR-10 is kept while a recipe for ImageNet is shown, and the other way round."""

    def __init__(self) -> None:
        super().__init__("Images")
        about = {name: tooltip_of(TrainingRun.model_fields[name]) for name in ("data", "test_data")}
        self.lines = {
            "data": PathLine("Images", about["data"], "Choose the folder of the images", self._ask),
            "test_data": PathLine("Test images", about["test_data"], "Choose the folder of the test images", self._ask),
        }
        self._problems: dict[str, Problem] = {}
        grid = Grid()
        for name, text in (("data", "Folder"), ("test_data", "Test images")):
            self._problems[name] = grid.add(text, self.lines[name], about[name])
            self.lines[name].edited.connect(self.edited)
        self.body.addLayout(grid)
        self._data_set = ""
        self._kept: dict[str, tuple[str, str]] = {}

    def set_recipe(self, recipe: AnyRecipe) -> None:
        if recipe.data_set == self._data_set:
            return
        self._kept[self._data_set] = (self.lines["data"].text(), self.lines["test_data"].text())
        self._data_set = recipe.data_set
        words, texts = NOTHING[self._data_set], self._kept.get(self._data_set, ("", ""))
        for name, word, text in zip(self.lines, words, texts, strict=True):
            self.lines[name].line.setPlaceholderText(word)
            self.lines[name].show_text(text)

    def take(self, path: Path) -> None:
        """Let the user train on what is there, as if the path had been typed."""
        self.lines["data"].show_text(str(path))
        self.edited.emit()

    def values(self) -> dict[str, Any]:
        wrong = {name: self._complaint(name) for name in self.lines}
        for name, text in wrong.items():
            self._problems[name].say(text)
        if text := next(filter(None, wrong.values()), ""):
            raise LabError(text)
        return {"data": self.lines["data"].text() or CIFAR10, "test_data": self.lines["test_data"].text() or None}

    def show_run(self, run: TrainingRun) -> None:
        self.set_recipe(run.recipe)
        self.lines["data"].show_text("" if run.data == CIFAR10 else run.data)
        self.lines["test_data"].show_text(run.test_data or "")
        for problem in self._problems.values():
            problem.say("")

    def _complaint(self, name: str) -> str:
        text = self.lines[name].text()
        if complaint := self.lines[name].complaint():
            return complaint
        if (name, text, self._data_set) == ("data", CIFAR10, "cifar10"):
            return ""
        if text and not Path(text).expanduser().exists():
            return "There is no such folder."
        if not text and name == "test_data" and self.lines["data"].text().lower().endswith(".npz"):
            return "Choose test images too: an .npz holds only one set."
        if not text and name == "data" and self._data_set == "imagenet":
            return "Choose ImageNet's folder, with train and val in it."
        return ""

    def _ask(self) -> str:
        start = self.lines["data"].text() or str(Path.home())
        return QFileDialog.getExistingDirectory(self, "Folder of images", start)
