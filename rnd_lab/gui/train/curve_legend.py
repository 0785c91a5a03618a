"""The names of a plot's curves above it; a click hides a curve, and shows it again."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from rnd_lab.gui.views.legend import SAMPLE, STYLE, sample
from rnd_lab.gui.widgets import flat


@dataclass(frozen=True)
class Look:
    """How a curve is drawn: its name, which of the colours it has, and its points; without points it is faint."""

    label: str
    hue: int
    symbol: str | None = None
    unit: str = ""
    about: str = ""


class CurveLegend(QWidget):
    """One button for each curve.

    Signals: ``toggled(key, shown)``.
    """

    toggled = Signal(str, bool)

    def __init__(self, looks: Mapping[str, Look]) -> None:
        super().__init__()
        self._looks = looks
        self.buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for key, look in looks.items():
            self.buttons[key] = button = QToolButton()
            flat(button).setCheckable(True)
            button.setChecked(True)
            button.setText(look.label)
            button.setIconSize(SAMPLE)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setToolTip(f"<p>{look.about}</p><p>Click to hide or show this curve.</p>")
            button.toggled.connect(lambda shown, key=key: self.toggled.emit(key, shown))
            row.addWidget(button)
        row.addStretch(1)

    def recolour(self, pens: Mapping[str, QPen]) -> None:
        """Draw the samples with other pens."""
        for key, button in self.buttons.items():
            button.setStyleSheet(STYLE)  # its palette() is not looked up again otherwise
            button.setIcon(sample(pens[key], self._looks[key].symbol))
