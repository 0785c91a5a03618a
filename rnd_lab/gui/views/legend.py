"""A legend beside the plot whose entries hide and show curves."""

from typing import TYPE_CHECKING, Literal

from pyqtgraph.graphicsItems.ScatterPlotItem import drawSymbol
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QIcon, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QWidget

from rnd_lab.gui.views.colours import SideColours
from rnd_lab.gui.views.plot import SHARPNESS
from rnd_lab.gui.widgets import flat

if TYPE_CHECKING:
    from rnd_lab.experiments.duel import SideName

Kind = Literal["truth", "best", "told"]

KINDS: dict[Kind, tuple[str, str]] = {
    "truth": ("truth", "The loss of the attack's best guess without the defense's noise. Only the lab can see it."),
    "best": ("best told", "The lowest loss that the attacker was told so far: what it believes to have reached."),
    "told": ("each answer", "Every loss that the attacker was told (the mean of M answers each)."),
}
SAMPLE = QSize(22, 12)
SYMBOL = 7
FAINT = 0.4
"""Share of the colour in single answers. It is mixed, because transparent lines are slow."""
STYLE = """
QToolButton { border: none; border-radius: 4px; padding: 1px 5px; color: palette(window-text); }
QToolButton:!checked { color: palette(placeholder-text); }
QToolButton:hover { background: palette(mid); }
QToolButton:focus { border: 1px solid palette(highlight); }
"""


def pen_of(kind: Kind, colour: QColor, ground: QColor) -> QPen:
    """How a curve is drawn: the truth strong, the attacker's belief dashed, single answers faint."""
    if kind == "told":
        colour = _mixed(colour, ground, FAINT)
    pen = QPen(colour, 2 if kind == "truth" else 1)
    pen.setCosmetic(True)
    if kind == "best":
        pen.setDashPattern([5, 3])
    return pen


class Legend(QWidget):
    """A row for each side, an entry for each curve.

    Signals: ``toggled(side, kind, shown)``.
    """

    toggled = Signal(str, str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[tuple[SideName, Kind], QToolButton] = {}
        self.titles: dict[SideName, QLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(0)
        sides: list[SideName] = ["defended", "undefended"]
        for row, side in enumerate(sides):
            self.titles[side] = QLabel()
            grid.addWidget(self.titles[side], row, 0)
            for column, kind in enumerate(KINDS, 1):
                self.buttons[side, kind] = self._button(side, kind)
                grid.addWidget(self.buttons[side, kind], row, column)
        grid.setColumnStretch(len(KINDS) + 1, 1)

    def set_sides(self, titles: "dict[SideName, str]") -> None:
        """Choose which sides there are, by title."""
        for side, label in self.titles.items():
            label.setText(titles.get(side, ""))
            label.setVisible(side in titles)
        for (side, _), button in self.buttons.items():
            button.setVisible(side in titles)

    def recolour(self, colours: SideColours) -> None:
        """Take other colours."""
        for side, label in self.titles.items():
            palette = label.palette()
            palette.setColor(label.foregroundRole(), colours.of(side))
            label.setPalette(palette)
        for (side, kind), button in self.buttons.items():
            button.setStyleSheet(STYLE)  # its palette() is not looked up again otherwise
            button.setIcon(sample(pen_of(kind, colours.of(side), self.palette().color(QPalette.ColorRole.Base))))

    def _button(self, side: "SideName", kind: Kind) -> QToolButton:
        text, about = KINDS[kind]
        button = QToolButton()
        flat(button).setCheckable(True)
        button.setChecked(True)
        button.setText(text)
        button.setIconSize(QSize(22, 12))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAccessibleName(f"{side} {text}")
        button.setToolTip(f"<p>{about}</p><p>Click to hide or show this curve.</p>")
        button.toggled.connect(lambda shown: self.toggled.emit(side, kind, shown))
        return button


def _mixed(colour: QColor, ground: QColor, share: float) -> QColor:
    over, under = ((c.redF(), c.greenF(), c.blueF()) for c in (colour, ground))
    return QColor.fromRgbF(*(share * a + (1 - share) * b for a, b in zip(over, under, strict=True)))


def sample(pen: QPen, symbol: str | None = None) -> QIcon:
    """A piece of a line, with a point of it where it has points; faint where the line is hidden."""
    icon = QIcon()
    for state, opacity in ((QIcon.State.On, 1.0), (QIcon.State.Off, 0.25)):
        picture = QPixmap(SAMPLE * SHARPNESS)
        picture.setDevicePixelRatio(SHARPNESS)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(opacity)
        painter.setPen(pen)
        middle = QPointF(SAMPLE.width() / 2, SAMPLE.height() / 2)
        painter.drawLine(QPointF(0, middle.y()), QPointF(SAMPLE.width(), middle.y()))
        if symbol:
            painter.translate(middle)
            drawSymbol(painter, symbol, SYMBOL, QPen(Qt.PenStyle.NoPen), QBrush(pen.color()))
        painter.end()
        icon.addPixmap(picture, QIcon.Mode.Normal, state)
    return icon
