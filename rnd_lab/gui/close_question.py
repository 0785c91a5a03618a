"""Ask before something that runs is ended by closing the window."""

from collections.abc import Sequence
from typing import Literal

from PySide6.QtWidgets import QMessageBox, QWidget

Answer = Literal["save", "close", "stay"]


def ask(parent: QWidget) -> Answer:
    """What to do with the game that is being played."""
    box = _question(
        parent,
        "A game is being played",
        "Closing the window ends the game.",
        "What it has found so far is lost unless you save it first. The parameters are kept.",
        "Keep playing",
    )
    save = box.addButton("Stop and save…", QMessageBox.ButtonRole.AcceptRole)
    close = box.addButton("End the game", QMessageBox.ButtonRole.DestructiveRole)
    box.exec()
    answers: dict[object, Answer] = {save: "save", close: "close"}
    return answers.get(box.clickedButton(), "stay")


def ask_batch(parent: QWidget, waiting: Sequence[str]) -> bool:
    """Whether to close while an evaluation is run; ``waiting`` are the names of those that wait for their turn."""
    lost = f" These wait and would be forgotten: {', '.join(waiting)}." if waiting else ""
    box = _question(
        parent,
        "An evaluation is being run",
        "Closing the window stops the evaluation.",
        f"Every finished game is kept, and the Batch tab will offer to go on from there.{lost}",
        "Keep running",
    )
    close = box.addButton("Stop and close", QMessageBox.ButtonRole.DestructiveRole)
    box.exec()
    return box.clickedButton() is close


def ask_waiting(parent: QWidget, waiting: Sequence[str]) -> bool:
    """Whether to close though evaluations wait for their turn, and none is run."""
    box = _question(
        parent,
        "Evaluations are waiting",
        "Closing the window forgets the evaluations that wait.",
        f"They have not been run: {', '.join(waiting)}.",
        "Stay",
    )
    close = box.addButton("Close", QMessageBox.ButtonRole.DestructiveRole)
    box.exec()
    return box.clickedButton() is close


def ask_training(parent: QWidget) -> bool:
    """Whether to close while a model is trained."""
    box = _question(
        parent,
        "A model is being trained",
        "Closing the window stops the training.",
        "Every finished epoch is kept, and a long one every ten minutes. The Train tab will offer to go on from there.",
        "Keep training",
    )
    close = box.addButton("Stop and close", QMessageBox.ButtonRole.DestructiveRole)
    box.exec()
    return box.clickedButton() is close


def tell(text: str) -> None:
    """Say what went wrong while the window was closed."""
    QMessageBox.warning(None, "RND Lab", text)


def _question(parent: QWidget, title: str, text: str, more: str, stay: str) -> QMessageBox:
    """A question whose usual answer is to stay; Escape means that, too."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(title)
    box.setText(text)
    box.setInformativeText(more)
    button = box.addButton(stay, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(button)
    box.setEscapeButton(button)
    return box
