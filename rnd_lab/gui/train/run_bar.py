"""The buttons that train, pause and stop: always in view below the form."""

from enum import Enum, auto

from rnd_lab.gui.action_bar import ActionBar
from rnd_lab.gui.widgets import Muted


class TrainState(Enum):
    """What the page is doing; BEGUN is idle too, with a run that can go on."""

    IDLE = auto()
    BEGUN = auto()
    TRAINING = auto()
    PAUSED = auto()
    STOPPING = auto()


BUSY = (TrainState.TRAINING, TrainState.PAUSED, TrainState.STOPPING)
TEXTS = {
    TrainState.IDLE: ("Train", "play"),
    TrainState.BEGUN: ("Resume", "play"),
    TrainState.TRAINING: ("Pause", "pause"),
    TrainState.PAUSED: ("Resume", "play"),
    TrainState.STOPPING: ("Stopping…", "play"),
}


class TrainBar(ActionBar):
    """The big button and its companion."""

    def __init__(self) -> None:
        super().__init__(
            "Stop; every finished epoch is kept, and a long one every ten minutes. Resume goes on from there (Esc)"
        )
        self._state, self._done = TrainState.IDLE, False
        self.note = Muted()
        self.lay_out((self.problem, self.note), (self.stop,))
        self.refresh()

    @property
    def can_start(self) -> bool:
        """Whether the big button does something."""
        blocked = self._state not in BUSY and (self._done or self.blocked)
        return self._state is not TrainState.STOPPING and not blocked

    def remark(self, note: str, *, done: bool = False) -> None:
        """Say something about the run; with ``done`` there is nothing left to be trained."""
        self._done = done
        self.note.setText(note)
        self.refresh()

    def show_state(self, state: TrainState) -> None:
        """Offer what makes sense in a state."""
        self._state = state
        self.refresh()

    def refresh(self) -> None:
        self.name_start(*TEXTS[self._state])
        self.note.setVisible(bool(self.note.text()) and not self.problem.text())
        self.start.setEnabled(self.can_start)
        self.stop.setEnabled(self._state in (TrainState.TRAINING, TrainState.PAUSED))
