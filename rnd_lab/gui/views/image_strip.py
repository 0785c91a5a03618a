"""The pictures of a run side by side: original, what the attack made of it, and the change itself."""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from rnd_lab.gui.views.colours import SideColours
from rnd_lab.gui.views.image_frame import ImageFrame
from rnd_lab.gui.views.pixels import STRENGTHS, fitting_strength, perturbation, picture
from rnd_lab.gui.views.story import percent, side_title
from rnd_lab.gui.views.zoom import Zoom

if TYPE_CHECKING:
    from rnd_lab.experiments.duel import Scene, SideName, SideView, Snapshot
    from rnd_lab.experiments.run_spec import RunSpec
    from rnd_lab.gui.views.pixels import Floats

GAP = 10
LEAST = 110


class ImageStrip(QWidget):
    """Original, defended, undefended and perturbation, zoomed together; one side is looked at closer.

    Signals: ``save_wanted(side)``; ``side_clicked(side)``.
    """

    save_wanted = Signal(str)
    side_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.zoom = Zoom(self)
        self.original = ImageFrame("Original", self.zoom)
        self.change = ImageFrame("Change", self.zoom)
        self.sides: dict[SideName, ImageFrame] = {
            "defended": ImageFrame("Defended", self.zoom, can_save=True),
            "undefended": ImageFrame("No defense", self.zoom, can_save=True),
        }
        self.strength = QComboBox()
        self.strength.setAccessibleName("Perturbation factor")
        self.strength.setToolTip(
            "<p>The signed change of each pixel, multiplied by k and drawn around mid-grey. Automatic: the largest "
            "change becomes black or white.</p>"
        )
        for k in STRENGTHS:
            self.strength.addItem(f"× {k}" if k else "auto", float(k))
        self.strength.currentIndexChanged.connect(self._show_change)
        self.change.head.insertWidget(1, self.strength)
        self._side: SideName = "defended"
        self._images: dict[SideName, Floats] = {}
        self._clean: Floats = np.zeros((3, 1, 1), np.float32)
        self._colours: SideColours | None = None
        self._titles: dict[SideName, str] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        for frame in self.frames:
            layout.addWidget(frame)
        self._connect()

    @property
    def least(self) -> QSize:
        """The room that all pictures need when they are small."""
        return QSize(len(self.frames) * (LEAST + GAP) - GAP, LEAST + self.original.extra_height())

    @property
    def frames(self) -> list[ImageFrame]:
        """All pictures from left to right."""
        return [self.original, *self.sides.values(), self.change]

    def show_scene(self, scene: "Scene", spec: "RunSpec", names: "list[SideName]") -> None:
        """Show the clean image everywhere."""
        self._clean = scene.image.numpy()
        self.zoom.reset()
        self.original.pane.show_image(picture(self._clean))
        seen = int(scene.probabilities.argmax())
        label = scene.classifier.labels[seen]
        tag = "correct" if seen == scene.label else "misclassified"
        self.original.caption.say(f"{label}, {percent(float(scene.probabilities[seen]))} · {tag}")
        self.set_sides(names, spec)
        for name in names:
            self._images[name] = self._clean
            self.sides[name].pane.show_image(picture(self._clean))
            self.sides[name].caption.say("not attacked yet")
        self._show_change()

    def show_snapshot(self, snapshot: "Snapshot", scene: "Scene", spec: "RunSpec") -> None:
        """Show what the attack has made of the image."""
        for name, view in snapshot.sides.items():
            if not np.array_equal(self._images.get(name, self._clean), view.image):
                self._images[name] = view.image
                self.sides[name].pane.show_image(picture(view.image))
            if len(view.true_probabilities):
                self.sides[name].caption.say(_verdict(view, scene, spec))
        self._show_change()

    def set_sides(self, names: "list[SideName]", spec: "RunSpec") -> None:
        """Choose which sides there are."""
        self._images = {}
        for name, frame in self.sides.items():
            frame.setVisible(name in names)
            self._titles[name] = side_title(name, spec)
            frame.title.say(self._titles[name])
        self.look_at(names[0])

    def look_at(self, side: "SideName") -> None:
        """Show the perturbation of a side."""
        self._side = side
        several = sum(not frame.isHidden() for frame in self.sides.values()) > 1
        for name, frame in self.sides.items():
            marked = several and name == side and self._colours
            frame.pane.set_frame(self._colours.of(name) if marked and self._colours else None)
        self._show_change()

    def recolour(self, colours: SideColours) -> None:
        """Take other colours."""
        self._colours = colours
        for name, frame in self.sides.items():
            frame.set_colour(colours.of(name))
        self.look_at(self._side)

    def fit(self, width: int, height: int) -> None:
        """Make the panes squares that are as large as the room allows, and the strip as wide as they need."""
        shown = [frame for frame in self.frames if not frame.isHidden()]
        high = height - max(frame.extra_height() for frame in shown)
        wide = (width - GAP * (len(shown) - 1)) // len(shown)
        side = max(LEAST, min(high, wide))
        for frame in shown:
            frame.setFixedWidth(side)
            frame.pane.setFixedHeight(side)
        self.setFixedWidth(len(shown) * (side + GAP) - GAP)

    def _connect(self) -> None:
        for name, frame in self.sides.items():
            frame.save_wanted.connect(lambda name=name: self.save_wanted.emit(name))
            frame.pane.clicked.connect(lambda name=name: self.side_clicked.emit(name))

    def _show_change(self) -> None:
        image = self._images.get(self._side, self._clean)
        strength = self.strength.currentData() or fitting_strength(image, self._clean)
        self.change.pane.show_image(perturbation(image, self._clean, strength))
        self.change.caption.say(f"{self._titles.get(self._side, '')}, × {strength:g}")


def _verdict(view: "SideView", scene: "Scene", spec: "RunSpec") -> str:
    """What the model sees without noise, and whether that is a win."""
    seen = int(view.true_probabilities.argmax())
    won = seen == spec.target if spec.target is not None else seen != scene.label
    tag = "fooled" if won else "holds"
    return f"{scene.classifier.labels[seen]}, {percent(float(view.true_probabilities[seen]))} · {tag}"
