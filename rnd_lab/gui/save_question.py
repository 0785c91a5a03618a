"""Ask where to save a file, and before another one is replaced."""

import re
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget


def ask_where(parent: QWidget, title: str, suggested: str | Path, kinds: str) -> tuple[Path | None, str]:
    """The file that the user chooses, with the ending of one of the kinds, and its kind; None: nothing is saved.

    ``kinds`` are as Qt writes them, "PNG (*.png);;SVG (*.svg)".
    """
    name, kind = QFileDialog.getSaveFileName(parent, title, str(suggested), kinds)
    if not name:
        return None, kind
    path, endings = Path(name), _endings(kinds)
    if path.suffix.lower() not in endings:  # it is not replaced: the one of rnd-0.02 is part of its name
        path = path.with_name(path.name + (_endings(kind) or endings)[0])
        # the dialog has asked about the name without it
        if path.exists() and not may_replace(parent, path.name):
            return None, kind
    return path, kind


def may_replace(parent: QWidget, *names: str) -> bool:
    """Ask whether what is there under some names may be replaced."""
    no = QMessageBox.StandardButton.No
    question = f"{', '.join(names)} {'are' if len(names) > 1 else 'is'} already there. Replace?"
    return QMessageBox.question(parent, "Replace", question, defaultButton=no) == QMessageBox.StandardButton.Yes


def _endings(kinds: str) -> list[str]:
    return re.findall(r"\*(\.\w+)", kinds)
