"""The images: which data set, and how many of it."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout

from rnd_lab.data.set_spec import DataSpec
from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.gui.batch.part import Part
from rnd_lab.gui.forms import SpecForm
from rnd_lab.gui.number_box import NumberBox
from rnd_lab.gui.widgets import Combo, IconButton, Problem

SHIPPED = {
    "samples:cifar10": "Samples, CIFAR-10 (40 images)",
    "samples:imagenet": "Samples, ImageNet (12 photographs)",
    "cifar10": "CIFAR-10, test set",
}


class DataPart(Part):
    """A list of data sets, buttons for one's own, and the choice of images.

    Signals: ``opened(path)`` a folder or an archive that was chosen with the buttons.
    """

    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__("Images")
        self.combo = Combo()
        self.combo.setAccessibleName("Data set")
        self.combo.setToolTip(f"<p>{DataSpec.model_fields['source'].description}</p>")
        for source, title in SHIPPED.items():
            self.combo.addItem(title, source)
        self.combo.activated.connect(self._chosen)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.combo, 1)
        for name, text, ask in (
            ("mdi6.folder-open-outline", "Images in a folder; dropping one works too", self._ask_for_folder),
            ("mdi6.archive-outline", "An .npz file with images and labels; dropping one works too", self._ask_for_file),
        ):
            button = IconButton(name, text)
            button.clicked.connect(ask)
            row.addWidget(button)
        self.form = SpecForm(DataSpec, skip=("source",))
        images = self.form.rows["images"].editor.widget
        assert isinstance(images, NumberBox)
        images.setSpecialValueText("all")
        labels = self.form.rows["labels"]
        policy = labels.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(False)
        labels.reset.setSizePolicy(policy)
        self.form.changed.connect(self.edited)
        self.problem = Problem()
        self.body.addLayout(row)
        self.body.addWidget(self.problem)
        self.body.addWidget(self.form)
        self._source = DataSpec().source

    def values(self) -> dict[str, Any]:
        return {"data": DataSpec(**{**dict(self.form.value()), "source": self._source})}

    def show_spec(self, spec: EvaluationSpec) -> None:
        self._source = spec.data.source
        if self.combo.findData(self._source) < 0:
            self.combo.addItem(Path(self._source).name, self._source)
        self.combo.setCurrentIndex(self.combo.findData(self._source))
        self.form.set_value(spec.data)
        labels = self.form.rows["labels"]
        for widget in (labels.label, labels.editor.widget):
            widget.setVisible(self._source not in SHIPPED)
        if self._source in SHIPPED:
            labels.reset.hide()

    def _chosen(self) -> None:
        if self.combo.currentData() != self._source:
            self._source = self.combo.currentData()
            self.form.rows["labels"].editor.set_value(None)
            self.edited.emit()

    def _ask_for_folder(self) -> None:
        if name := QFileDialog.getExistingDirectory(self, "Images in a folder", str(Path.home())):
            self.opened.emit(Path(name))

    def _ask_for_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Images in a file", str(Path.home()), "Images and labels (*.npz)")
        if name:
            self.opened.emit(Path(name))
