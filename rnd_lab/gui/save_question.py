"""Ask where to save a file, and before another one is replaced."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget


def ask_where(parent: QWidget, title: str, suggested: str | Path, kinds: str) -> tuple[Path | None, str]:
    """The file that the user chooses, with the ending of the suggested name, and its kind; None: nothing is saved."""
    name, kind = QFileDialog.getSaveFileName(parent, title, str(suggested), kinds)
    if not name:
        return None, kind
    path, ending = Path(name), Path(suggested).suffix
    if path.suffix.lower() != ending:  # which is not replaced: the one of rnd-0.02 is part of its name
        path = path.with_name(path.name + ending)
        # the dialog has asked about the name without it
        if path.exists() and not may_replace(parent, path.name):
            return None, kind
    return path, kind


def may_replace(parent: QWidget, name: str) -> bool:
    """Ask whether what is there under a name may be replaced."""
    no = QMessageBox.StandardButton.No
    question = f"{name} is already there. Replace?"
    return QMessageBox.question(parent, "Replace", question, defaultButton=no) == QMessageBox.StandardButton.Yes
