"""A bar of buttons that stays in view beneath a form, which scrolls."""

from abc import abstractmethod
from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from rnd_lab.gui.fields import take_typing
from rnd_lab.gui.widgets import IconButton, Problem, flat, icon, rule

PRIMARY = """
QPushButton { background: palette(highlight); color: palette(highlighted-text); }
QPushButton { border: none; border-radius: 5px; padding: 0 14px; }
QPushButton:hover { border: 1px solid palette(highlighted-text); }
QPushButton:disabled { background: palette(mid); color: palette(placeholder-text); }
QPushButton:focus { border: 2px solid palette(text); }
"""
HEIGHT = 38


def stack_above(panel: QWidget, parts: Iterable[QWidget], bar: "ActionBar") -> QWidget:
    """Fill a panel with parts that scroll and a bar that is always in view; returns what holds the parts.

    The bar hears of what is typed into the parts.
    """
    content = QWidget()
    column = QVBoxLayout(content)
    column.setContentsMargins(12, 4, 12, 12)
    column.setSpacing(2)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    scroll = QScrollArea()
    scroll.setWidget(content)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    layout = QVBoxLayout(panel)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(scroll, 1)
    layout.addWidget(bar)
    _Listener(content, bar)
    return content


class _Listener(QObject):
    """Hears every line that gets the focus, for parts come and go."""

    def __init__(self, content: QWidget, bar: "ActionBar") -> None:
        super().__init__(content)
        self._content, self._bar = content, bar
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._listen)

    def _listen(self, _: QWidget | None, focus: QWidget | None) -> None:
        if focus is None or not self._content.isAncestorOf(focus):
            return
        line = focus if isinstance(focus, QLineEdit) else focus.findChild(QLineEdit)
        if line and not line.property("heard"):
            line.setProperty("heard", True)
            line.textEdited.connect(self._bar.hear_typing)


class ActionBar(QWidget):
    """A big button and its companions, below what there is to say about them.

    Signals: ``start_wanted()`` (which may also mean pause and resume), ``stop_wanted()``; ``reconsidered()`` when
    what was wrong may have been put right, or has not.
    """

    start_wanted = Signal()
    stop_wanted = Signal()
    reconsidered = Signal()

    def __init__(self, stop_tip: str) -> None:
        super().__init__()
        self.problem = Problem()
        self._typed = False
        self.start = flat(QPushButton())
        self.start.setStyleSheet(PRIMARY)
        font = self.start.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        font.setWeight(QFont.Weight.DemiBold)
        self.start.setFont(font)
        self.stop = IconButton("mdi6.stop", stop_tip, "Stop")
        self.start.clicked.connect(self.start_wanted)
        self.stop.clicked.connect(self.stop_wanted)

    @abstractmethod
    def refresh(self) -> None:
        """Offer what makes sense now."""

    @property
    def blocked(self) -> bool:
        """Whether the form makes no sense, as far as is known: what has been typed since may put it right."""
        return bool(self.problem.text()) and not self._typed

    def explain(self, problem: str) -> None:
        """Say why the form makes no sense; empty: it does."""
        self.problem.say(problem)
        self._typed = False
        self.refresh()

    def hear_typing(self) -> None:
        """Something is being typed into the form, which the big button will take."""
        if self.blocked:
            self._typed = True
            self.refresh()
            self.reconsidered.emit()

    def commit(self, form: QWidget) -> bool:
        """Let a form take what is being typed; returns whether it makes sense."""
        take_typing(form)
        if self._typed:  # it is as wrong as before
            self.explain(self.problem.text())
            self.reconsidered.emit()
        return not self.problem.text()

    def lay_out(self, said: Iterable[QWidget], companions: Iterable[IconButton]) -> None:
        """Put what is said above the big button, and its companions beside it."""
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.start, 1)
        for button in companions:
            row.addWidget(button)
            button.setMinimumHeight(HEIGHT)
        self.start.setMinimumHeight(HEIGHT)
        layout = QVBoxLayout(self)
        extent = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        layout.setContentsMargins(12, 0, 12 + extent, 10)
        layout.setSpacing(8)
        layout.addWidget(rule())
        for widget in said:
            layout.addWidget(widget)
        layout.addLayout(row)

    def name_start(self, text: str, name: str) -> None:
        """Show what the big button does, with an icon."""
        self.start.setText(text)
        self.start.setToolTip(f"{text} (Space or F5)")
        painted = self.palette()
        active, role = painted.ColorGroup.Active, painted.ColorRole
        painted.setColor(active, role.ButtonText, painted.color(active, role.HighlightedText))
        self.start.setIcon(icon(f"mdi6.{name}", painted))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.start.setStyleSheet(PRIMARY)  # its palette() is not looked up again otherwise
            self.refresh()
