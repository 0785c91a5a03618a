"""The weights that training starts from."""

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QHBoxLayout

from rnd_lab.gui.kinds import WEIGHTS
from rnd_lab.gui.train.part import Part
from rnd_lab.gui.widgets import Combo, IconButton
from rnd_lab.gui.words import tooltip_of
from rnd_lab.models.bundled import bundled_folder, cards
from rnd_lab.training.catalog import AnyRecipe
from rnd_lab.training.run import TrainingRun
from rnd_lab.training.start import proposed_start


class StartPart(Part):
    """A list of the models that come with the lab, and a button for a file."""

    def __init__(self) -> None:
        super().__init__("Start from")
        self._cards = cards(bundled_folder())
        tip = tooltip_of(TrainingRun.model_fields["start"])
        self.combo = Combo()
        self.combo.setAccessibleName("Start from")
        self.combo.setToolTip(tip)
        self.combo.activated.connect(self._chosen)
        self.open_file = IconButton("mdi6.folder-open-outline", "Start from the weights in a file")
        self.open_file.clicked.connect(self._ask)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.combo, 1)
        row.addWidget(self.open_file)
        self.body.addLayout(row)
        self._start: str | None = None
        self._recipe: AnyRecipe | None = None

    def set_recipe(self, recipe: AnyRecipe) -> None:
        old = self._recipe
        if old and (self._start == proposed_start(old) or old.data_set != recipe.data_set):
            self._start = proposed_start(recipe)
        self._recipe = recipe
        self._fill(recipe)

    def values(self) -> dict[str, Any]:
        return {"start": self._start}

    def show_run(self, run: TrainingRun) -> None:
        self._start, self._recipe = run.start, run.recipe
        self._fill(run.recipe)

    def take(self, start: str | None) -> None:
        """Start from a model, as if it had been chosen."""
        if start != self._start:
            self._start = start
            self.edited.emit()

    def _fill(self, recipe: AnyRecipe) -> None:
        nothing = f"The weights of {recipe.usual_start}" if recipe.usual_start else "Random weights"
        entries: list[tuple[str, str | None]] = [(nothing, None)]
        entries += [(card.title, card.name) for card in self._cards if card.data_set == recipe.data_set]
        if self._start not in [start for _, start in entries]:
            entries.append((Path(str(self._start)).name, self._start))
        self.combo.clear()
        for title, start in entries:
            self.combo.addItem(title, start)
        self.combo.setCurrentIndex([start for _, start in entries].index(self._start))

    def _chosen(self) -> None:
        self.take(self.combo.currentData())

    def _ask(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Start from", str(Path.home()), WEIGHTS)
        if name:
            self.take(name)
