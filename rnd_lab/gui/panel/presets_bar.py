"""Choose a preset: one of the lab's, or one's own."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from rnd_lab.experiments.presets import Preset, presets, read_preset
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.gui.panel.section import Titled
from rnd_lab.gui.widgets import Combo, IconButton, Muted
from rnd_lab.primitives.errors import LabError


class PresetsBar(Titled):
    """A list of presets with the sentence of the chosen one.

    Signals: ``chosen(preset)``; ``save_wanted()``; ``failed(text)`` for a file in the user's folder that is no preset.
    """

    chosen = Signal(object)
    save_wanted = Signal()
    failed = Signal(str)

    def __init__(self, folder: Path) -> None:
        super().__init__("Preset")
        self._folder = folder
        self._current: Preset | None = None
        self._origins: dict[RunSpec, Preset | None] = {}
        self.combo = Combo()
        self.combo.setAccessibleName("Preset")
        self.combo.setToolTip("<p>Runs that show something; every parameter can be changed afterwards.</p>")
        self.combo.setPlaceholderText("Your own parameters")
        self.combo.activated.connect(lambda: self.chosen.emit(self.combo.currentData()))
        self.reset = IconButton("mdi6.restore", "Back to this preset")
        self.reset.clicked.connect(lambda: self.chosen.emit(self._current))
        save = IconButton("mdi6.content-save-plus-outline", "Save these parameters as a preset of your own")
        save.clicked.connect(self.save_wanted)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.combo, 1)
        row.addWidget(self.reset)
        row.addWidget(save)
        self.about = Muted()
        self.body.addLayout(row)
        self.body.addWidget(self.about)

    def load(self) -> None:
        """Read all presets again."""
        self.combo.clear()
        own = []
        for path in sorted(self._folder.glob("*.json")):
            try:
                own.append(read_preset(path))
            except LabError as error:
                self.failed.emit(str(error))
        for preset in presets():
            self.combo.addItem(preset.title, preset)
        if own:
            self.combo.insertSeparator(self.combo.count())
        for preset in own:
            self.combo.addItem(preset.title, preset)
        self.combo.setCurrentIndex(-1)

    def forget(self, spec: RunSpec) -> None:
        """Say of a run that came from elsewhere that it is no preset, unless it equals one."""
        self._current = self._origins[spec] = None
        self.show_spec(spec)

    def show_spec(self, spec: RunSpec) -> None:
        """Say which preset a run is, or was before it was changed; one that comes back by undoing is what it was."""
        entries = [self.combo.itemData(place) for place in range(self.combo.count())]
        exact = next((preset for preset in entries if preset and preset.spec == spec), None)
        self._current = self._origins[spec] = exact or self._origins.get(spec, self._current)
        changed = exact is None
        place = entries.index(self._current) if self._current in entries else -1
        for index, preset in enumerate(entries):
            if preset:
                self.combo.setItemText(index, preset.title + (" (changed)" if index == place and changed else ""))
        self.combo.setCurrentIndex(place)
        self.reset.setEnabled(changed and place >= 0)
        self.about.setText(self._current.about if self._current and place >= 0 else "")
        self.about.setVisible(bool(self.about.text()))
