"""The parameters that the user is editing: always a valid spec, with a history."""

from time import monotonic
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from rnd_lab.primitives.spec import Spec

S = TypeVar("S", bound=Spec)

MERGE = 1.0
"""Seconds within which edits of the same section are undone together, such as turns of an arrow key."""


class Draft(QObject, Generic[S]):
    """A spec that can be changed, undone and redone as a whole.

    Signals: ``changed(spec)`` after every change, whoever made it.
    """

    changed = Signal(object)

    def __init__(self, spec: S, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self._spec = spec

    @property
    def spec(self) -> S:
        """The spec as it is now."""
        return self._spec

    def edit(self, spec: S, text: str) -> None:
        """Change it; ``text`` names the change beside Undo."""
        if spec != self._spec:
            self.stack.push(_Change(self, self._spec, spec, text))

    def take(self, spec: S, text: str) -> None:
        """Take over a spec from elsewhere; the same one is shown again, for what is being typed may be none at all."""
        if spec == self._spec:
            self.changed.emit(spec)
        else:
            self.edit(spec, text)

    def put(self, spec: S) -> None:
        """Set it without a trace in the history."""
        self._spec = spec
        self.changed.emit(spec)


class _Change(QUndoCommand, Generic[S]):
    def __init__(self, draft: Draft[S], before: S, after: S, text: str) -> None:
        super().__init__(text)
        self._draft, self._before, self._after = draft, before, after
        self._at = monotonic()

    def undo(self) -> None:
        self._draft.put(self._before)

    def redo(self) -> None:
        self._draft.put(self._after)

    def id(self) -> int:
        return 1

    def mergeWith(self, other: QUndoCommand) -> bool:  # noqa: N802
        if not isinstance(other, _Change) or other.text() != self.text() or other._at - self._at > MERGE:
            return False
        self._after, self._at = other._after, other._at
        self.setObsolete(self._after == self._before)
        return True
