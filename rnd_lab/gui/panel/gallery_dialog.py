"""All images that come with the lab and fit the model, to choose one."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from rnd_lab.data.gallery import GalleryImage
from rnd_lab.gui.widgets import Muted, without_icons

SIDE = 96


class GalleryDialog(QDialog):
    """A grid of images with their classes; double click or Enter chooses.

    Signals: ``chosen(name)``.
    """

    chosen = Signal(str)

    def __init__(self, images: Sequence[GalleryImage], current: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Gallery")
        self.resize(760, 560)
        self.list = QListWidget()
        self.list.setAccessibleName("Images")
        self.list.setViewMode(QListWidget.ViewMode.IconMode)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setMovement(QListWidget.Movement.Static)
        self.list.setIconSize(QSize(SIDE, SIDE))
        self.list.setGridSize(QSize(SIDE + 26, SIDE + 34))
        self.list.setUniformItemSizes(True)
        for image in images:
            item = QListWidgetItem(self._icon(image), image.label_name, self.list)
            item.setData(Qt.ItemDataRole.UserRole, image.name)
            item.setToolTip(f"{image.name}: {image.label_name}\n{image.author}. Licence: {image.licence}")
            if image.name == current:
                self.list.setCurrentItem(item)
        if not self.list.selectedItems():
            self.list.setCurrentRow(0)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Choose")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.list.itemActivated.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.addWidget(Muted("Images of the model's data set. Double click or Enter chooses."))
        layout.addWidget(self.list, 1)
        layout.addWidget(without_icons(buttons))

    def accept(self) -> None:
        if item := self.list.currentItem():
            self.chosen.emit(item.data(Qt.ItemDataRole.UserRole))
        super().accept()

    def _icon(self, image: GalleryImage) -> QIcon:
        ratio = self.devicePixelRatioF()
        side = round(SIDE * ratio)
        picture = QPixmap(str(image.path))
        smooth = Qt.TransformationMode.SmoothTransformation
        mode = smooth if picture.width() > side else Qt.TransformationMode.FastTransformation
        picture = picture.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, mode)
        picture.setDevicePixelRatio(ratio)
        return QIcon(picture)
