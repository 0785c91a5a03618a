"""Light and dark, as Fusion palettes that can be changed while the window is open."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

ThemeChoice = Literal["system", "light", "dark"]


@dataclass(frozen=True)
class Colours:
    """What a palette is made of, as #rrggbb."""

    window: str
    base: str
    raised: str
    button: str
    text: str
    muted: str
    disabled: str
    line: str
    shade: str
    accent: str
    on_accent: str
    link: str


LIGHT = Colours(
    window="#f3f4f6",
    base="#ffffff",
    raised="#eceef1",
    button="#fbfbfc",
    text="#1b2330",
    muted="#5c6675",
    disabled="#8b939f",
    line="#cfd4db",
    shade="#b4bac4",
    accent="#1f66c9",
    on_accent="#ffffff",
    link="#1f66c9",
)
DARK = Colours(
    window="#1f2228",
    base="#2a2f37",
    raised="#30353e",
    button="#343a44",
    text="#e6e9ee",
    muted="#a0a8b4",
    disabled="#7f8895",
    line="#434a56",
    shade="#101216",
    accent="#2f72d0",
    on_accent="#ffffff",
    link="#7db2ff",
)
WARNING = {False: "#a34700", True: "#ff9f5a"}
"""Vermilion, told apart from the other colours by every kind of colour vision; by whether the theme is dark."""


def palette(colours: Colours) -> QPalette:
    """A full Qt palette."""
    role = QPalette.ColorRole
    roles = {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.base,
        role.AlternateBase: colours.raised,
        role.ToolTipBase: colours.raised,
        role.ToolTipText: colours.text,
        role.PlaceholderText: colours.muted,
        role.Text: colours.text,
        role.Button: colours.button,
        role.ButtonText: colours.text,
        role.BrightText: colours.on_accent,
        role.Light: colours.button,
        role.Midlight: colours.raised,
        role.Mid: colours.line,
        role.Dark: colours.shade,
        role.Shadow: colours.shade,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.Accent: colours.accent,
        role.Link: colours.link,
        role.LinkVisited: colours.link,
    }
    result = QPalette()
    for name, colour in roles.items():
        result.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
        result.setColor(QPalette.ColorGroup.Disabled, name, QColor(colours.disabled))
    result.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(colours.line))
    result.setColor(QPalette.ColorGroup.Disabled, role.Accent, QColor(colours.line))
    return result


class Theme(QObject):
    """The theme in use.

    Signals: ``changed(dark)`` when the colours have become others, by choice or by the system's.
    """

    changed = Signal(bool)

    def __init__(self, app: QApplication, choice: ThemeChoice = "system") -> None:
        super().__init__(app)
        self._app = app
        self._choice: ThemeChoice = choice
        self._dark: bool | None = None
        app.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def choice(self) -> ThemeChoice:
        """What the user asked for."""
        return self._choice

    @property
    def dark(self) -> bool:
        """Whether the colours are the dark ones."""
        return bool(self._dark)

    def choose(self, choice: ThemeChoice) -> None:
        """Change the theme now."""
        self._choice = choice
        self._apply()

    def _apply(self) -> None:
        system = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        dark = system if self._choice == "system" else self._choice == "dark"
        if dark == self._dark:
            return
        self._dark = dark
        self._app.setPalette(palette(DARK if dark else LIGHT))
        self.changed.emit(dark)


def is_dark(colours: QPalette) -> bool:
    """Whether a widget with this palette is drawn light on dark."""
    return colours.color(QPalette.ColorRole.Window).lightness() < 128
