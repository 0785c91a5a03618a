"""How far a measurement is: what is being done, queries, speed, time left."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from rnd_lab.gui.times import duration
from rnd_lab.gui.views.image_frame import ElidedLabel
from rnd_lab.gui.views.pace import Pace

STEPS = 1000


class ProgressLines(QWidget):
    """A line of words and figures above a bar."""

    def __init__(self) -> None:
        super().__init__()
        self.state = ElidedLabel()
        self.queries, self.speed, self.left = QLabel(), QLabel(), QLabel()
        self.speed.setToolTip("<p>Images that the model is asked a second.</p>")
        self.left.setToolTip("<p>If the other models are as fast as this one.</p>")
        self.bar = QProgressBar()
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(12)
        line = QHBoxLayout()
        line.setSpacing(18)
        line.addWidget(self.state, 1)
        for label in (self.queries, self.speed, self.left):
            line.addWidget(label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(line)
        layout.addWidget(self.bar)
        self._pace = Pace()

    def begin(self) -> None:
        """Another measurement."""
        self.bar.setValue(0)
        self._pace = Pace()
        for label in (self.queries, self.speed, self.left):
            _say(label, "")

    def show_progress(self, done: int, total: int) -> None:
        """Show how many queries are made of how many."""
        _say(self.queries, f"{done:,} of {total:,} queries")
        self.bar.setValue(STEPS * done // max(total, 1))
        self._pace.see(done)
        left = self._pace.left(total - done)
        _say(self.speed, f"{self._pace.speed:,.0f} queries/s" if left else "")
        _say(self.left, f"about {duration(left)} left" if left else "")

    def rest(self) -> None:
        """Nothing is being measured."""
        _say(self.speed, "")
        _say(self.left, "")


def _say(label: QLabel, text: str) -> None:
    """An empty label takes no room."""
    label.setText(text)
    label.setVisible(bool(text))
