"""How much the measurement is, and the buttons that run it: always in view below the form."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStyle, QVBoxLayout, QWidget

from rnd_lab.gui.panel.run_bar import PRIMARY
from rnd_lab.gui.widgets import IconButton, Muted, Problem, flat, icon


class MeasureBar(QWidget):
    """The big button and its companion.

    Signals: ``start_wanted()``, ``stop_wanted()``.
    """

    start_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._explained, self._busy = "", False
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Plain)
        line.setForegroundRole(line.palette().ColorRole.Mid)
        self.problem, self.effort = Problem(), Muted()
        self.start = flat(QPushButton("Measure"))
        self.start.setStyleSheet(PRIMARY)
        self.start.setToolTip("Measure (Space or F5); what was measured already is kept")
        font = self.start.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        font.setWeight(QFont.Weight.DemiBold)
        self.start.setFont(font)
        self.stop = IconButton(
            "mdi6.stop", "Stop; what is measured is kept, and Measure goes on from there (Esc)", "Stop"
        )
        row = QHBoxLayout()
        row.setSpacing(6)
        for button, signal, stretch in ((self.start, self.start_wanted, 1), (self.stop, self.stop_wanted, 0)):
            button.clicked.connect(signal)
            button.setMinimumHeight(38)
            row.addWidget(button, stretch)
        layout = QVBoxLayout(self)
        extent = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        layout.setContentsMargins(12, 0, 12 + extent, 10)
        layout.setSpacing(8)
        for widget in (line, self.problem, self.effort):
            layout.addWidget(widget)
        layout.addLayout(row)
        self._show()

    @property
    def can_start(self) -> bool:
        """Whether the big button does something."""
        return not self._busy and not self._explained

    def explain(self, problem: str) -> None:
        """Say why nothing can be measured; empty: it can."""
        self._explained = problem
        self.problem.say(problem)
        self.effort.setVisible(not problem)
        self._show()

    def show_busy(self, busy: bool) -> None:
        """Offer what makes sense while something is measured, or nothing is."""
        self._busy = busy
        self._show()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.start.setStyleSheet(PRIMARY)  # its palette() is not looked up again otherwise
            self._show()

    def _show(self) -> None:
        self.start.setText("Measuring…" if self._busy else "Measure")
        painted = self.palette()
        active, role = painted.ColorGroup.Active, painted.ColorRole
        painted.setColor(active, role.ButtonText, painted.color(active, role.HighlightedText))
        self.start.setIcon(icon("mdi6.play", painted))
        self.start.setEnabled(self.can_start)
        self.stop.setEnabled(self._busy)
