"""Ask before a running game is ended by closing the window."""

from typing import Literal

from PySide6.QtWidgets import QMessageBox, QWidget

Answer = Literal["save", "close", "stay"]


def ask(parent: QWidget) -> Answer:
    """What to do with the game that is being played."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("A game is being played")
    box.setText("Closing the window ends the game.")
    box.setInformativeText("What it has found so far is lost unless you save it first. The parameters are kept.")
    stay = box.addButton("Keep playing", QMessageBox.ButtonRole.RejectRole)
    save = box.addButton("Stop and save…", QMessageBox.ButtonRole.AcceptRole)
    close = box.addButton("End the game", QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    answers: dict[object, Answer] = {save: "save", close: "close"}
    return answers.get(box.clickedButton(), "stay")


def ask_batch(parent: QWidget) -> bool:
    """Whether to close while an evaluation is run."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("An evaluation is being run")
    box.setText("Closing the window stops the evaluation.")
    box.setInformativeText("Every finished game is kept, and the Batch tab will offer to go on from there.")
    stay = box.addButton("Keep running", QMessageBox.ButtonRole.RejectRole)
    close = box.addButton("Stop and close", QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    return box.clickedButton() is close
