"""Start, pause, step and stop: always in view below the parameters."""

from PySide6.QtCore import Signal

from rnd_lab.gui.action_bar import ActionBar
from rnd_lab.gui.player import State
from rnd_lab.gui.widgets import IconButton, Muted, Switch

BUSY = (State.PLAYING, State.PAUSED)
TEXTS = {
    State.EMPTY: ("Load again", "refresh"),
    State.LOADING: ("Loading…", "play"),
    State.PLAYING: ("Pause", "pause"),
    State.PAUSED: ("Resume", "play"),
}


class RunBar(ActionBar):
    """The big button, its two companions and the duel switch.

    Signals: ``step_wanted()``, ``duel_switched()``.
    """

    step_wanted = Signal()
    duel_switched = Signal()

    def __init__(self) -> None:
        super().__init__("Stop the game and keep what it has found (Esc)")
        self._state, self._busy = State.EMPTY, False
        self.duel = Switch("Duel: play undefended beside it")
        self.duel.setToolTip(
            "<p>Play the same game, with the same random numbers, without the defense beside it. "
            "It needs a defense that is on.</p>"
        )
        self.duel.clicked.connect(self.duel_switched)
        self.note = Muted("Parameters are locked until the game ends. Stop (Esc) unlocks them.")
        self.step = IconButton("mdi6.skip-next", "One step of the attack, then pause (F10)", "Step")
        self.step.clicked.connect(self.step_wanted)
        self.lay_out((self.duel, self.problem, self.note), (self.step, self.stop))
        self.refresh()

    def show_state(self, state: State, *, busy: bool) -> None:
        """Offer what makes sense in a state; ``busy`` is a game that is played, or is about to be."""
        self._state, self._busy = state, busy
        self.refresh()

    def refresh(self) -> None:
        self.name_start(*TEXTS.get(self._state, ("Start", "play")))
        self.start.setEnabled(self.can_start)
        self.step.setEnabled(self.can_step)
        self.stop.setEnabled(self._busy)
        self.note.setVisible(self._busy)

    @property
    def can_start(self) -> bool:
        """Whether the big button does something."""
        ready = self._state in (State.READY, State.DONE) and not self.blocked
        return ready or self._state in (*BUSY, State.EMPTY)

    @property
    def can_step(self) -> bool:
        """Whether a single step is possible."""
        return self.can_start and self._state is not State.EMPTY
