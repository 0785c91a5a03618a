"""How much the measurement is, and the buttons that run it: always in view below the form."""

from enum import Enum, auto

from rnd_lab.gui.action_bar import ActionBar
from rnd_lab.gui.widgets import Muted


class MeasureState(Enum):
    """What the tab is doing."""

    IDLE = auto()
    MEASURING = auto()
    STOPPING = auto()


TEXTS = {
    MeasureState.IDLE: "Measure",
    MeasureState.MEASURING: "Measuring…",
    MeasureState.STOPPING: "Stopping…",
}


class MeasureBar(ActionBar):
    """The big button and its companion."""

    def __init__(self) -> None:
        super().__init__("Stop; what is measured is kept, and Measure goes on from there (Esc)")
        self._state = MeasureState.IDLE
        self.effort = Muted()
        self.lay_out((self.problem, self.effort), (self.stop,))
        self.refresh()

    @property
    def can_start(self) -> bool:
        """Whether the big button does something."""
        return self._state is MeasureState.IDLE and not self.blocked

    def show_state(self, state: MeasureState) -> None:
        """Offer what makes sense in a state."""
        self._state = state
        self.refresh()

    def refresh(self) -> None:
        self.name_start(TEXTS[self._state], "play")
        self.effort.setVisible(not self.problem.text())
        self.start.setEnabled(self.can_start)
        self.stop.setEnabled(self._state is MeasureState.MEASURING)
