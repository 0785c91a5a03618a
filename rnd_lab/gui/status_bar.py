"""Figures of the game in the status bar."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from rnd_lab.gui.times import duration
from rnd_lab.gui.views.pace import Pace
from rnd_lab.gui.widgets import Muted

if TYPE_CHECKING:
    from rnd_lab.experiments.duel import Snapshot
    from rnd_lab.experiments.run_spec import RunSpec


GAME = ("queries", "speed", "size", "left")
"""The figures that are of a game."""


class StatusBar(QStatusBar):
    """Queries used of the budget, speed, size of the perturbation, device and time left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.state = Muted()
        self.state.setWordWrap(False)
        self.addWidget(self.state)
        tips = {
            "queries": "Queries charged to the budget, probes and their repeats, of the side that is still playing",
            "speed": "Queries a second charged to the budget of the side that is still playing",
            "size": "Size of the perturbation in the norm of the threat model, of its largest allowed size ε",
            "left": "Time until the budget is used up, if nothing ends the game before",
            "device": "Where the model is computed",
        }
        self.figures = {key: QLabel() for key in tips}
        figures = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
        for key, label in self.figures.items():
            label.setFont(figures)
            label.setToolTip(tips[key])
            label.setContentsMargins(8, 2, 8, 2)
            self.addPermanentWidget(label)
        self.clear_figures()

    def clear_figures(self) -> None:
        """There is no game."""
        self._pace = Pace()
        for key in GAME:
            self.figures[key].setText("")

    def watch(self, watching: bool) -> None:
        """Show the figures of the game, or hide them where they would stand beside what another tab does."""
        for key in GAME:
            self.figures[key].setVisible(watching)

    def say(self, text: str) -> None:
        """Say what is going on."""
        self.state.setText(text)

    def show_device(self, name: str) -> None:
        """Show where the model is computed."""
        self.figures["device"].setText(name)

    def show_snapshot(self, snapshot: "Snapshot", spec: "RunSpec") -> None:
        """Show the figures of a moment."""
        side = next((view for view in snapshot.sides.values() if view.outcome is None), None)
        side = side or next(iter(snapshot.sides.values()))
        allowance, linf = spec.threat.allowance, spec.threat.norm == "linf"
        size = side.linf if linf else side.l2
        self.figures["queries"].setText(f"{side.account.paid:,} / {allowance:,} queries")
        self.figures["size"].setText(f"‖δ‖{'∞' if linf else '2'} {size:.3g} of {spec.threat.epsilon:g}")
        self._pace.see(side.account.paid)
        left = None if side.outcome else self._pace.left(allowance - side.account.paid)
        self.figures["speed"].setText(f"{self._pace.speed:,.0f} queries/s" if left is not None else "")
        self.figures["left"].setText(f"{duration(left)} left" if left is not None else "")
