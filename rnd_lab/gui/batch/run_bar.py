"""How much the evaluation is, and the buttons that run it: always in view below the form."""

from enum import Enum, auto

from rnd_lab.gui.action_bar import ActionBar
from rnd_lab.gui.widgets import Muted


class BatchState(Enum):
    """What the tab is doing."""

    IDLE = auto()
    PLAYING = auto()
    PAUSED = auto()
    STOPPING = auto()


TEXTS = {
    BatchState.IDLE: ("Run", "play"),
    BatchState.PLAYING: ("Pause", "pause"),
    BatchState.PAUSED: ("Resume", "play"),
    BatchState.STOPPING: ("Stopping…", "play"),
}


class BatchBar(ActionBar):
    """The big button and its companion."""

    def __init__(self) -> None:
        super().__init__("Stop; what is finished is kept, and Run goes on from there (Esc)")
        self._state = BatchState.IDLE
        self.effort = Muted()
        self.lay_out((self.problem, self.effort), (self.stop,))
        self.refresh()

    @property
    def can_start(self) -> bool:
        """Whether the big button does something."""
        idle = self._state is BatchState.IDLE
        return self._state is not BatchState.STOPPING and not (idle and self.blocked)

    def show_effort(self, text: str, tip: str = "") -> None:
        """Say how much the evaluation is."""
        self.effort.setText(text)
        self.effort.setToolTip(f"<p>{tip}</p>" if tip else "")

    def show_state(self, state: BatchState) -> None:
        """Offer what makes sense in a state."""
        self._state = state
        self.refresh()

    def refresh(self) -> None:
        self.name_start(*TEXTS[self._state])
        self.effort.setVisible(not self.problem.text())
        self.start.setEnabled(self.can_start)
        self.stop.setEnabled(self._state in (BatchState.PLAYING, BatchState.PAUSED))
