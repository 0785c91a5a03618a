"""What the parts of the parameter panel have in common."""

from abc import abstractmethod
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.gui.panel.world import World
from rnd_lab.gui.widgets import IconButton, rule


class Titled(QWidget):
    """A titled part of a panel; ``head`` and ``body`` are for its widgets.

    Signals: ``edited()`` when the user has changed something.
    """

    edited = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title
        label = QLabel(title)
        font = label.font()
        font.setWeight(QFont.Weight.DemiBold)
        label.setFont(font)
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.addWidget(label)
        self.head.addWidget(rule(), 1)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 6, 0, 6)
        self.body.setSpacing(6)
        self.body.addLayout(self.head)


class Section(Titled):
    """A part that edits some fields of a run."""

    @abstractmethod
    def values(self) -> dict[str, Any]:
        """The fields of the run that this section edits. Raises ValidationError, after saying what is wrong."""

    @abstractmethod
    def show_spec(self, spec: RunSpec, world: World) -> None:
        """Show a run; says nothing."""


class Fold(QWidget):
    """Rarely needed settings behind a button."""

    def __init__(self, text: str, content: QWidget) -> None:
        super().__init__()
        self.button = IconButton("mdi6.chevron-right", "Show or hide these settings", text)
        self.button.setAutoRaise(True)
        self.button.setCheckable(True)
        self._content = content
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.button)
        layout.addWidget(content)
        content.setVisible(False)
        self.button.toggled.connect(self._toggled)

    def open(self, opened: bool = True) -> None:
        """Show or hide the content."""
        self.button.setChecked(opened)

    def _toggled(self, opened: bool) -> None:
        self._content.setVisible(opened)
        self.button.set_icon("mdi6.chevron-down" if opened else "mdi6.chevron-right")
