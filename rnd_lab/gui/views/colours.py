"""Colours of the views, told apart by every kind of colour vision (Okabe and Ito), on light and on dark ground."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor

if TYPE_CHECKING:
    from rnd_lab.experiments.duel import SideName


@dataclass(frozen=True)
class SideColours:
    """One colour for each side of a duel, as #rrggbb."""

    defended: str
    undefended: str

    def of(self, side: "SideName", alpha: int = 255) -> QColor:
        """The colour of a side."""
        colour = QColor(self.defended if side == "defended" else self.undefended)
        colour.setAlpha(alpha)
        return colour


LIGHT = SideColours(defended="#0072b2", undefended="#d55e00")
DARK = SideColours(defended="#56b4e9", undefended="#e69f00")


def side_colours(dark: bool) -> SideColours:
    """The colours for a theme."""
    return DARK if dark else LIGHT
