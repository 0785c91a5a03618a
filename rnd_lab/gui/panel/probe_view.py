"""What the chosen attack asks the model, in small."""

import numpy as np
import torch
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rnd_lab.attacks.attack import AttackSpec
from rnd_lab.attacks.probe_picture import coarse, example_probe, noise_beside
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.experiments.duel import Scene
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.game.threat import ThreatModel
from rnd_lab.gui.views.pixels import fitting_strength, perturbation
from rnd_lab.gui.widgets import Muted
from rnd_lab.gui.words import number
from rnd_lab.primitives.spec import Spec

CELLS = 32
SIDE = 2 * CELLS
TIP = (
    "<p>What one probe adds to the red, green and blue of the image: grey is no change, and the largest change is "
    "stretched to black or white.</p>"
    "<p>The noise of RND and the probe are compared by their ℓ2 length, ν√d for the noise; for Gaussian static that is "
    "ν/μ. The longer the noise is, the less an answer tells about the probe. Attacks that average many probes bear "
    "more of it.</p>"
)


class ProbeView(QWidget):
    """Pictures of a probe on the current image, one for each colour, and how long the noise of RND is beside it.

    In grey, because a single blue pixel is hardly seen, and colours are not seen alike by everybody.
    """

    def __init__(self) -> None:
        super().__init__()
        self._image = torch.full((3, CELLS, CELLS), 0.5)
        self._asked: tuple[Spec, ...] = ()
        self._probe = self._image
        self._strength = 1.0
        self.pictures = tuple(Picture() for _ in range(3))
        self.note = Muted()
        self.setToolTip(TIP)
        row = QHBoxLayout()
        for picture in self.pictures:
            row.addWidget(picture)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.note)

    def show_run(self, spec: RunSpec, scene: Scene | None) -> None:
        """Draw a probe of the run's attack; until its image is loaded, on the one before."""
        image = scene.image if scene else self._image
        if (spec.attack, spec.threat) != self._asked or image is not self._image:
            self._asked, self._image = (spec.attack, spec.threat), image
            self._draw(spec.attack, spec.threat)
        lines = [f"A probe in red, green and blue, × {number(self._strength)}."]
        for defense in spec.defense:
            if isinstance(defense, RndSpec) and defense.nu:
                lines.append(
                    f"The noise of RND is {noise_beside(spec.attack, self._probe, defense.nu)} as long as a probe."
                )
        self.note.setText("\n".join(lines))

    def _draw(self, attack: AttackSpec, threat: ThreatModel) -> None:
        self._probe = example_probe(attack, self._image.cpu(), threat.norm, threat.epsilon, threat.budget)
        pixels = coarse(self._probe, CELLS).numpy()
        nothing = np.zeros_like(pixels)
        self._strength = fitting_strength(pixels, nothing)
        for picture, channel in zip(self.pictures, pixels, strict=True):
            grey = np.broadcast_to(channel, pixels.shape)
            picture.show_image(perturbation(grey, nothing, self._strength))


class Picture(QWidget):
    """A small picture with crisp pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.image = QImage()
        self.setFixedSize(SIDE, SIDE)

    def show_image(self, image: QImage) -> None:
        """Show another picture."""
        self.image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.drawImage(self.rect(), self.image)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
