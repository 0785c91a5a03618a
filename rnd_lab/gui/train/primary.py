"""The button that one is most likely to want."""

from PySide6.QtWidgets import QPushButton

from rnd_lab.gui.panel.run_bar import PRIMARY
from rnd_lab.gui.widgets import flat, icon


class PrimaryButton(QPushButton):
    """Drawn in the accent's colour; its icon, if any, goes with the text."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self._icon = ""
        flat(self)
        self.restyle()

    def show_text(self, text: str, name: str) -> None:
        """Show another text and the icon of that name."""
        self.setText(text)
        self._icon = name
        self._draw_icon()

    def restyle(self) -> None:
        """Take the colours of the palette; for its parent, which hears of a new one, while styled widgets do not."""
        self.setStyleSheet(PRIMARY)
        self._draw_icon()

    def _draw_icon(self) -> None:
        if self._icon:
            painted = self.palette()
            active, role = painted.ColorGroup.Active, painted.ColorRole
            painted.setColor(active, role.ButtonText, painted.color(active, role.HighlightedText))
            self.setIcon(icon(self._icon, painted))
