"""The model under attack: by name, or from a file."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.gui.forms import SpecForm
from rnd_lab.gui.panel.search_combo import SearchCombo
from rnd_lab.gui.panel.section import Fold, Section
from rnd_lab.gui.panel.world import World
from rnd_lab.gui.widgets import IconButton, Muted, flat
from rnd_lab.models.bundled import bundled_folder, cards
from rnd_lab.models.spec import ModelSpec
from rnd_lab.models.torchvision_zoo import PREFIX
from rnd_lab.primitives.downloaded import megabytes


class ModelSection(Section):
    """The list of models, a file button, progress of a download, and what has to be said about a file.

    Signals: ``open_wanted()``, ``cancel_wanted()`` for its buttons.
    """

    open_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("Model")
        self._source = self._filled = ""
        self._bundled = {card.name: card for card in cards(bundled_folder())}
        self.combo = SearchCombo()
        self.combo.setToolTip(
            "<p>The model under attack: one that comes with the lab, one of torchvision's (fetched on first use), "
            "or a file. Type a part of a name to find it.</p>"
        )
        self.combo.setAccessibleName("Model")
        for card in self._bundled.values():
            self.combo.addItem(card.title, card.name)
        self.combo.activated.connect(self._chosen)
        open_file = IconButton(
            "mdi6.folder-open-outline", "Open a model file: .safetensors, .pt, .pth or .pt2; dropping one works too"
        )
        open_file.clicked.connect(self.open_wanted)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.combo, 1)
        row.addWidget(open_file)
        self.about = Muted()
        self.progress = QProgressBar()
        self.progress.setTextVisible(True)
        cancel = flat(QPushButton("Cancel"))
        cancel.clicked.connect(self.cancel_wanted)
        self._download = QWidget()
        bar = QHBoxLayout(self._download)
        bar.setContentsMargins(0, 0, 0, 0)
        bar.addWidget(self.progress, 1)
        bar.addWidget(cancel)
        self._download.hide()
        self.form = SpecForm(ModelSpec, skip=("source",))
        self.form.changed.connect(self.edited)
        self.more = Fold("More", self.form)
        self.body.addLayout(row)
        self.body.addWidget(self.about)
        self.body.addWidget(self._download)
        self.body.addWidget(self.more)

    def add_torchvision(self, names: tuple[str, ...]) -> None:
        """Offer torchvision's models too."""
        self.combo.insertSeparator(self.combo.count())
        for name in names:
            self.combo.addItem(f"{name} (torchvision)", PREFIX + name)
        self._show_source()

    def show_download(self, done: int, total: int) -> None:
        """Show how far a download is, in bytes."""
        self._download.setVisible(True)
        self.progress.setRange(0, max(total // 1024, 0))
        self.progress.setValue(done // 1024)
        self.progress.setFormat(megabytes(done, total))

    def hide_download(self) -> None:
        """The download is over."""
        self._download.setVisible(False)

    def values(self) -> dict[str, Any]:
        if self._source != self._filled:  # what is said of another model does not matter any more
            return {"model": ModelSpec(source=self._source)}
        return {"model": self.form.value()}

    def show_spec(self, spec: RunSpec, world: World) -> None:
        source = spec.model.source
        if source != self._source:
            known = source in self._bundled or source.startswith(PREFIX)
            self.more.open(not known)
        self._source = self._filled = source
        self.form.set_value(spec.model)
        self._show_source()
        classifier = world.scene.classifier if world.scene else None
        if classifier:
            height, width = classifier.input_size
            facts = f"{len(classifier.labels)} classes, {width} × {height} pixels."
            self.about.setText(f"{facts} {classifier.notes}".strip())
            self.about.setToolTip(f"<p>{classifier.description}</p><p>sha256 {classifier.digest}</p>")
        else:
            self.about.setText("")

    def _chosen(self) -> None:
        if (source := self.combo.currentData()) and source != self._source:
            self._source = source
            self.edited.emit()

    def _show_source(self) -> None:
        self.combo.show_choice(self._source, Path(self._source).name)
