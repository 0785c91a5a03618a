"""Everything that can be done, declared once; menus and tool bar are lists of keys."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence, QPalette
from PySide6.QtWidgets import QWidget

from rnd_lab.gui.widgets import icon

if TYPE_CHECKING:
    from rnd_lab.gui.commands import Commands


@dataclass(frozen=True)
class Action:
    """One thing to do; ``key`` names the method of Commands that does it, and the first of ``shortcuts`` is shown."""

    key: str
    text: str
    icon: str
    shortcuts: tuple[str, ...]
    tip: str


ACTIONS = (
    Action(
        "start",
        "Start",
        "mdi6.play",
        ("Space", "F5"),
        "Start, pause or resume the game, or the evaluation",
    ),
    Action("step", "Step", "mdi6.skip-next", ("F10",), "One step of the attack, then pause"),
    Action("stop", "Stop", "mdi6.stop", ("Esc",), "Stop the game or the evaluation and keep what it has found"),
    Action("open_image", "Open image…", "mdi6.image-outline", ("Ctrl+O",), "Attack an image from a file"),
    Action("gallery", "Gallery…", "mdi6.view-grid-outline", ("Ctrl+G",), "Attack an image that comes with the lab"),
    Action("paste", "Paste image", "mdi6.content-paste", ("Ctrl+V",), "Attack the image on the clipboard"),
    Action(
        "copy", "Copy adversarial image", "mdi6.content-copy", ("Ctrl+C",), "Copy the attacked image, pixel by pixel"
    ),
    Action("open_model", "Open model…", "mdi6.vector-polyline", ("Ctrl+M",), "Attack a model from a file"),
    Action(
        "save", "Save result…", "mdi6.content-save-outline", ("Ctrl+S",), "Save image, figures or film of this game"
    ),
    Action(
        "open_spec",
        "Open parameters…",
        "mdi6.folder-open-outline",
        ("Ctrl+Shift+O",),
        "Open a preset, a saved result or an evaluation",
    ),
    Action("export_spec", "Export parameters…", "mdi6.export", ("Ctrl+E",), "Save the parameters as a file"),
    Action(
        "save_preset",
        "Save as preset…",
        "mdi6.content-save-plus-outline",
        ("Ctrl+Shift+S",),
        "Keep the parameters for later",
    ),
    Action("undo", "Undo", "mdi6.undo", ("Ctrl+Z",), "Take back the last change of the parameters"),
    Action("redo", "Redo", "mdi6.redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Make the change again"),
    Action("show_attack", "Attack", "mdi6.target", ("Ctrl+1",), "Watch one attack"),
    Action("show_batch", "Batch", "mdi6.table-large", ("Ctrl+2",), "Run an evaluation over a data set"),
    Action("show_explore", "Explore", "mdi6.chart-line", ("Ctrl+3",), "Look at an evaluation as plots and pictures"),
    Action("show_results", "Results", "mdi6.database-outline", ("Ctrl+4",), "Find, compare and export evaluations"),
    Action("show_train", "Train", "mdi6.school-outline", ("Ctrl+5",), "Train a model, plain or with a defense"),
    Action("show_calibrate", "Calibrate", "mdi6.tune-variant", ("Ctrl+6",), "Find the largest ν that costs little"),
    Action("theme_system", "Like the system", "mdi6.theme-light-dark", (), "Light or dark, as the system is"),
    Action("theme_light", "Light", "mdi6.white-balance-sunny", (), "Dark on light"),
    Action("theme_dark", "Dark", "mdi6.weather-night", (), "Light on dark"),
    Action("toggle_theme", "Light or dark", "mdi6.theme-light-dark", ("Ctrl+T",), "Change between light and dark"),
    Action("show_shortcuts", "Keyboard shortcuts", "mdi6.keyboard-outline", ("F1",), "List all keys"),
    Action("show_about", "About RND Lab", "mdi6.information-outline", (), "What this is, and its version"),
    Action("quit", "Quit", "mdi6.exit-to-app", ("Ctrl+Q",), "Close the window"),
)

SEPARATOR = "-"
MENUS = {
    "&File": (
        *("open_image", "gallery", "open_model", "recent", SEPARATOR),
        *("open_spec", "export_spec", "save_preset", SEPARATOR),
        *("save", SEPARATOR, "quit"),
    ),
    "&Edit": ("undo", "redo", SEPARATOR, "copy", "paste"),
    "&Game": ("start", "step", "stop"),
    "&View": (
        *("show_attack", "show_batch", "show_explore", "show_results", "show_train", "show_calibrate", SEPARATOR),
        *("theme_system", "theme_light", "theme_dark"),
    ),
    "&Help": ("show_shortcuts", SEPARATOR, "show_about"),
}
TOOL_BAR = ("open_image", "gallery", "paste", SEPARATOR, "undo", "redo", SEPARATOR, "copy", "save")
TOOL_BAR_END = ("toggle_theme", "show_shortcuts")
ALWAYS = (
    *("show_attack", "show_batch", "show_explore", "show_results", "show_train", "show_calibrate"),
    *("theme_system", "theme_light", "theme_dark", "toggle_theme", "show_shortcuts", "show_about", "quit"),
)
"""What works before torch is imported."""


def build(parent: QWidget, commands: "Commands") -> dict[str, QAction]:
    """A QAction for every declared action, by key; added to ``parent`` so that its shortcut works there."""
    built = {}
    for action in ACTIONS:
        made = QAction(action.text, parent)
        made.setShortcuts([QKeySequence(keys) for keys in action.shortcuts])
        hint = f" ({made.shortcut().toString()})" if action.shortcuts else ""
        made.setToolTip(action.tip + hint)
        made.setEnabled(action.key in ALWAYS)
        made.triggered.connect(getattr(commands, action.key))
        parent.addAction(made)
        built[action.key] = made
    return built


def recolour(actions: dict[str, QAction], colours: QPalette) -> None:
    """Draw all icons in the colours of a palette."""
    for action in ACTIONS:
        actions[action.key].setIcon(icon(action.icon, colours))
