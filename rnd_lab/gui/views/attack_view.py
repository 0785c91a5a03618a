"""The right side of the Attack tab: one game, or a duel of two, as it is played."""

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from rnd_lab.gui.theme import is_dark
from rnd_lab.gui.views.answers import Answers
from rnd_lab.gui.views.colours import SideColours, side_colours
from rnd_lab.gui.views.image_strip import ImageStrip
from rnd_lab.gui.views.loss_plot import LossPlot
from rnd_lab.gui.views.scoreboard import Scoreboard
from rnd_lab.gui.views.story import Sentence, prologue, story
from rnd_lab.gui.widgets import Muted

if TYPE_CHECKING:
    from rnd_lab.experiments.duel import Scene, SideName, Snapshot
    from rnd_lab.experiments.run_spec import RunSpec

HINT = "As soon as a model and an image are loaded, they appear here.\nThen Start (Space) begins the attack."

SPACE, EDGE = 14, 2
ANSWERS = 0.2
"""Least share of the width that the answers keep."""


class AttackView(QWidget):
    """Headline, pictures, answers, curves and figures of a run.

    Signals: ``save_image_requested(side)``.
    """

    save_image_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.headline = QLabel()
        self.strip = ImageStrip()
        self.answers = Answers()
        self.plot = LossPlot()
        self.scoreboard = Scoreboard()
        self._scene: Scene | None = None
        self._snapshot: Snapshot | None = None
        self._spec: RunSpec | None = None
        self._shown: tuple[RunSpec, list[SideName]] | None = None
        self._side: SideName = "defended"
        self._sentences: list[Sentence] = []
        self._colours: SideColours = side_colours(is_dark(self.palette()))
        self._lay_out()
        self.strip.save_wanted.connect(self.save_image_requested)
        self.strip.side_clicked.connect(self.look_at)
        self.answers.side_chosen.connect(self.look_at)
        self.set_dark(is_dark(self.palette()))
        self.clear()

    def show_scene(self, scene: "Scene", spec: "RunSpec") -> None:
        """Show the clean image, before the attack."""
        self._scene, self._snapshot = scene, None
        self._prepare(scene, spec, sides_of(spec))
        self._tell(prologue(scene, spec))
        self._stack.setCurrentIndex(1)

    def show_snapshot(self, snapshot: "Snapshot", spec: "RunSpec") -> None:
        """Show a moment of the game on the scene that is shown."""
        scene = self._scene
        if scene is None:
            return
        names = list(snapshot.sides)
        if self._shown is None or self._shown[0] is not spec or self._shown[1] != names:
            self._prepare(scene, spec, names)
        self._snapshot = snapshot
        self.strip.show_snapshot(snapshot, scene, spec)
        self.answers.show_view(snapshot.sides[self._side], scene, spec)
        self.plot.show_snapshot(snapshot, spec)
        self.scoreboard.show_snapshot(snapshot, spec)
        self._tell(story(scene, spec, snapshot))

    def clear(self) -> None:
        """Show a hint, because nothing is loaded."""
        self._scene = self._snapshot = self._shown = None
        self._sentences = []
        self._stack.setCurrentIndex(0)

    def look_at(self, side: "SideName") -> None:
        """Show the answers and the perturbation of a side."""
        self._side = side
        self.strip.look_at(side)
        self.answers.look_at(side)
        if self._snapshot and self._scene and self._spec:
            self.answers.show_view(self._snapshot.sides[side], self._scene, self._spec)

    def set_dark(self, dark: bool) -> None:
        """Take the colours of a theme; the palette is that theme's already."""
        self._colours = side_colours(dark)
        for part in (self.strip, self.answers, self.plot, self.scoreboard):
            part.recolour(self._colours)
        self._tell(self._sentences)

    def _prepare(self, scene: "Scene", spec: "RunSpec", names: "list[SideName]") -> None:
        """Make room for a new game."""
        self._spec, self._shown = spec, (spec, names)
        self._side = names[0]
        self.strip.show_scene(scene, spec, names)
        self.answers.set_sides(names, spec)
        self.answers.show_clean(scene)
        self.plot.reset(names, spec)
        self.scoreboard.reset(names, spec)

    def _tell(self, sentences: list[Sentence]) -> None:
        self._sentences = sentences
        parts = []
        for sentence in sentences:
            opening = escape(sentence.opening)
            if sentence.side:
                opening = f'<b style="color: {self._colours.of(sentence.side).name()}">{opening}</b>'
            parts.append(f"{opening} {escape(sentence.rest)}")
        self.headline.setText(" ".join(parts))

    def _lay_out(self) -> None:
        hint = Muted(HINT)
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.headline.setWordWrap(True)
        self.headline.setTextFormat(Qt.TextFormat.RichText)
        self.headline.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.headline.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        font = self.headline.font()
        font.setPointSizeF(font.pointSizeF() * 1.2)
        self.headline.setFont(font)
        self.headline.setFixedHeight(self.headline.fontMetrics().lineSpacing() * 2 + 6)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.addWidget(TopRow(self.strip, self.answers))
        halves.addWidget(_lay_row(QWidget(), self.plot, self.scoreboard, 1))
        halves.setStretchFactor(0, 3)
        halves.setStretchFactor(1, 5)
        halves.setSizes([225, 380])
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(6)
        layout.addWidget(self.headline)
        layout.addWidget(halves, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(hint)
        self._stack.addWidget(content)


def sides_of(spec: "RunSpec") -> "list[SideName]":
    """The sides that a run has, the defended one first."""
    names: list[SideName] = ["defended"] if spec.defense else []
    if spec.duel or not names:
        names.append("undefended")
    return names


class TopRow(QWidget):
    """The pictures as large as fits, and the answers in what is left."""

    def __init__(self, strip: ImageStrip, answers: Answers) -> None:
        super().__init__()
        self._strip, self._answers = strip, answers
        _lay_row(self, strip, answers, 0)
        least = answers.minimumSizeHint().expandedTo(strip.least)
        self.setMinimumSize(strip.least.width() + SPACE + answers.minimumSizeHint().width(), least.height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return handled

    def _fit(self) -> None:
        least = max(self._answers.minimumSizeHint().width(), round(self.width() * ANSWERS))
        self._strip.fit(self.width() - least - SPACE, self.height() - 2 * EDGE)


def _lay_row(row: QWidget, left: QWidget, right: QWidget, stretch: int) -> QWidget:
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, EDGE, 0, EDGE)
    layout.setSpacing(SPACE)
    layout.addWidget(left, stretch)
    layout.addWidget(right, 1 - stretch)
    return row
