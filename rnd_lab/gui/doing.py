"""What the actions of the window can do with the tab that is shown."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtGui import QUndoStack


@dataclass(frozen=True)
class Doing:
    """What a tab does, in words for the status bar, and what it can be told to do.

    ``start`` is the text of the action that starts, pauses and resumes; ``parameters`` is the undo stack of its form,
    where it has one.
    """

    says: str = ""
    start: str = "Start"
    can_start: bool = False
    can_step: bool = False
    can_stop: bool = False
    parameters: QUndoStack | None = None


class Takes(Protocol):
    """A tab that takes files into its form; ``takes`` says which, in words."""

    takes: str

    def open_path(self, path: Path) -> bool:
        """Take a file; returns whether it is one that belongs here."""


class Runs(Protocol):
    """A tab that runs something."""

    @property
    def doing(self) -> Doing: ...

    def run_or_pause(self) -> None:
        """Start, pause or resume."""

    def stop(self) -> None:
        """End what is run; what was found is kept."""
