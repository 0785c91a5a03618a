"""The class bars of one side, with the switch that says which side is looked at."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from rnd_lab.gui.views.class_bars import ClassBars, Floats, Ranking, Row
from rnd_lab.gui.views.colours import SideColours
from rnd_lab.gui.views.story import side_title
from rnd_lab.gui.widgets import flat

if TYPE_CHECKING:
    from rnd_lab.experiments.duel import Scene, SideName, SideView
    from rnd_lab.experiments.run_spec import RunSpec

STYLE = """
QPushButton { border: 1px solid palette(mid); border-radius: 4px; padding: 2px 7px; color: palette(placeholder-text); }
QPushButton:checked { background: palette(mid); color: palette(window-text); }
QPushButton:focus { border: 1px solid palette(highlight); }
"""


class Swatch(QLabel):
    """A small square of a bar's colour and what it means."""

    def __init__(self, text: str, tip: str) -> None:
        super().__init__()
        self._text = text
        self.setToolTip(f"<p>{tip}</p>")

    def set_colour(self, colour: QColor) -> None:
        """Take another colour."""
        shade = f"rgba({colour.red()}, {colour.green()}, {colour.blue()}, {colour.alphaF():.2f})"
        self.setText(f'<span style="color: {shade}">■</span> {self._text}')


class Answers(QWidget):
    """Top classes of one side: what the attacker is told, and the truth.

    Signals: ``side_chosen(side)``.
    """

    side_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars = ClassBars()
        self.switch: dict[SideName, QPushButton] = {"defended": QPushButton(), "undefended": QPushButton()}
        self._side: SideName = "defended"
        self._ranking = Ranking()
        self._colours: SideColours | None = None
        self._told = Swatch("told", "The latest answer about this image that the attacker's side was given.")
        self._truth = Swatch("truth", "What the model says of this image without the defense's noise.")
        group = QButtonGroup(self)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(4)
        self.title = QLabel("Answers")
        font = self.title.font()
        font.setWeight(QFont.Weight.DemiBold)
        self.title.setFont(font)
        head.addWidget(self.title)
        head.addStretch(1)
        for name, button in self.switch.items():
            flat(button).setCheckable(True)
            button.setIconSize(QSize(10, 10))
            button.setAccessibleName(f"Look at {name}")
            button.setToolTip("<p>Show the answers and the change of this side; so does a click on its picture.</p>")
            button.clicked.connect(lambda _, name=name: self.side_chosen.emit(name))
            group.addButton(button)
            head.addWidget(button)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(12)
        for swatch in (self._told, self._truth):
            foot.addWidget(swatch)
        foot.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(head)
        layout.addWidget(self.bars, 1, Qt.AlignmentFlag(0))
        layout.addLayout(foot)

    def set_sides(self, names: "list[SideName]", spec: "RunSpec") -> None:
        """Choose which sides there are."""
        for name, button in self.switch.items():
            button.setVisible(len(names) > 1)
            button.setText(side_title(name, spec).removeprefix("With "))
        self.look_at(names[0])

    def look_at(self, side: "SideName") -> None:
        """Show another side from the next snapshot on."""
        self._side = side
        self.switch[side].setChecked(True)
        self._ranking.reset()
        self._repaint()

    def show_clean(self, scene: "Scene") -> None:
        """Show what the model says of the clean image."""
        self._ranking.reset()
        probabilities = scene.probabilities.numpy()
        self._show(probabilities, probabilities, scene, None)
        self.bars.show_rows(self.bars.rows, double=False)

    def show_view(self, view: "SideView", scene: "Scene", spec: "RunSpec") -> None:
        """Show the latest answers."""
        if len(view.true_probabilities) and len(view.told_probabilities):
            self._show(view.told_probabilities, view.true_probabilities, scene, spec.target)

    def recolour(self, colours: SideColours) -> None:
        """Take other colours."""
        self._colours = colours
        for name, button in self.switch.items():
            dot = QPixmap(20, 20)
            dot.fill(Qt.GlobalColor.transparent)
            painter = QPainter(dot)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.of(name))
            painter.drawEllipse(1, 1, 18, 18)
            painter.end()
            button.setIcon(QIcon(dot))
            button.setStyleSheet(STYLE)  # its palette() is not looked up again otherwise
        self._repaint()

    def _show(self, told: Floats, truth: Floats, scene: "Scene", target: int | None) -> None:
        marks = {scene.label: "true class"} | ({} if target is None else {target: "target"})
        rows = [
            Row(scene.classifier.labels[index], float(told[index]), float(truth[index]), marks.get(index, ""))
            for index in self._ranking.top(told, truth)
        ]
        self.bars.show_rows(rows, double=self._side == "defended")

    def _repaint(self) -> None:
        double = self._side == "defended"
        self._told.setVisible(double)
        if self._colours:
            self.bars.set_colour(self._colours.of(self._side))
            self._told.set_colour(self._colours.of(self._side, 95))
            self._truth.set_colour(self._colours.of(self._side))
