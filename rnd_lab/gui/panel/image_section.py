"""The image under attack and its true class."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout

from rnd_lab.data.image import open_image
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.gui.panel.class_combo import ClassCombo
from rnd_lab.gui.panel.section import Section
from rnd_lab.gui.panel.world import World
from rnd_lab.gui.published import find_shipped
from rnd_lab.gui.views.pixels import picture
from rnd_lab.gui.views.story import percent
from rnd_lab.gui.widgets import IconButton, Muted, Problem, flat
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.files import version

SIDE = 92


@lru_cache(maxsize=1)  # whoever opens a file checks it before the section shows it, and a photograph takes long
def read_small(path: str, written: tuple[int, int] | None, side: int) -> QImage:
    """The picture in a file of this version, scaled down to fit a square. Raises LabError."""
    picture = open_image(path)
    picture.thumbnail((side, side))
    data = picture.tobytes()
    return QImage(data, picture.width, picture.height, 3 * picture.width, QImage.Format.Format_RGB888).copy()


class Thumbnail(QAbstractButton):
    """The image, small; small images keep their square pixels. A click opens the gallery."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self.setFixedSize(SIDE, SIDE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("The image under attack. Click to choose another one from the gallery.")
        self.setAccessibleName("Image under attack")
        flat(self)

    @property
    def empty(self) -> bool:
        """Whether it shows no image."""
        return self._image.isNull()

    def show_image(self, image: QImage) -> None:
        """Show another image."""
        self._image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        colours = self.palette()
        painter.fillRect(self.rect(), colours.color(QPalette.ColorRole.Base))
        if not self._image.isNull():
            smooth = self._image.width() > self.width() * self.devicePixelRatioF()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            place = self.rect()
            place.setSize(size)
            place.moveCenter(self.rect().center())
            painter.drawImage(place, self._image)
        role = QPalette.ColorRole.Highlight if self.underMouse() or self.hasFocus() else QPalette.ColorRole.Mid
        painter.setPen(colours.color(role))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(SIDE, SIDE)


class ImageSection(Section):
    """Thumbnail, where images come from, and the true class.

    Signals: ``gallery_wanted()``, ``open_wanted()``, ``paste_wanted()`` for its buttons.
    """

    gallery_wanted = Signal()
    open_wanted = Signal()
    paste_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("Image")
        self._image = ""
        self._drawn: tuple[object, ...] = ()
        self.thumbnail = Thumbnail()
        self.name = QLabel()
        self.prediction = Muted()
        self.prediction.setToolTip("What the model says of the clean image, without the defense.")
        self.warning = Problem()
        self.true_class = ClassCombo(automatic=True)
        tip = "The class that the image really shows. Else the gallery's, or what the model says of the clean image."
        self.true_class.setToolTip(tip)
        self.true_class.picked.connect(self.edited)
        self.thumbnail.clicked.connect(self.gallery_wanted)
        buttons = QHBoxLayout()
        buttons.setSpacing(2)
        for name, text, signal in (
            ("mdi6.view-grid-outline", "Choose an image that comes with the lab (Ctrl+G)", self.gallery_wanted),
            ("mdi6.folder-open-outline", "Open an image file (Ctrl+O); dropping one works too", self.open_wanted),
            ("mdi6.content-paste", "Paste an image (Ctrl+V)", self.paste_wanted),
        ):
            button = IconButton(name, text)
            button.clicked.connect(signal)
            buttons.addWidget(button)
        buttons.addStretch(1)
        side = QVBoxLayout()
        side.setSpacing(4)
        side.addWidget(self.name)
        side.addLayout(buttons)
        side.addWidget(self.prediction)
        side.addStretch(1)
        row = QHBoxLayout()
        row.addWidget(self.thumbnail, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(side, 1)
        classes = QGridLayout()
        label = QLabel("True class")
        label.setToolTip(tip)
        label.setMinimumWidth(96)
        label.setBuddy(self.true_class)
        classes.addWidget(label, 0, 0)
        classes.addWidget(self.true_class, 0, 1)
        classes.setColumnStretch(1, 1)
        self.body.addLayout(row)
        self.body.addLayout(classes)
        self.body.addWidget(self.warning)

    def values(self) -> dict[str, Any]:
        return {"image": self._image, "label": self.true_class.value()}

    def show_spec(self, spec: RunSpec, world: World) -> None:
        self._image = spec.image
        shipped = find_shipped(spec.image)
        path = str(shipped.path) if shipped else spec.image
        if (drawn := (path, version(path))) != self._drawn:
            self._drawn = drawn
            self._load(path)
        text = spec.image if shipped else Path(spec.image).name
        self.name.setText(self.name.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, 190))
        self.name.setToolTip(f"{spec.image}: {shipped.author}. Licence: {shipped.licence}" if shipped else spec.image)
        self._show_scene(spec, world)

    def read(self, path: str) -> QImage:
        """The picture in a file, as small as it is shown. Raises LabError."""
        return read_small(path, version(path), round(SIDE * self.devicePixelRatioF()))

    def _load(self, path: str) -> None:
        try:
            self.thumbnail.show_image(self.read(path))
        except LabError:
            self.thumbnail.show_image(QImage())  # the scene shows an image of a data set; the player tells of others

    def _show_scene(self, spec: RunSpec, world: World) -> None:
        shipped, scene = find_shipped(spec.image), world.scene
        automatic = "Automatic"
        if shipped and shipped.data_set == world.data_set:
            automatic = f"{shipped.label_name} (gallery)"
        elif scene and spec.label is None:
            automatic = f"{world.labels[scene.label]} (the model's answer)"
        self.true_class.show_classes(world.labels, spec.label, automatic)
        self.prediction.setText("")
        self.warning.say("")
        if scene:
            if self.thumbnail.empty:
                self.thumbnail.show_image(picture(scene.image.numpy()))
            best = int(scene.probabilities.argmax())
            self.prediction.setText(f"Model says: {world.labels[best]}, {percent(float(scene.probabilities[best]))}")
            if best != scene.label:
                self.warning.say(
                    f"The model is wrong before the attack: it says {world.labels[best]}, not "
                    f"{world.labels[scene.label]}. An untargeted attack has nothing to do."
                )
