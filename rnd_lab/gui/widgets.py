"""Small widgets that follow the palette by themselves."""

from typing import TypeVar

import qtawesome
from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QKeyEvent, QPainter, QPaintEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from rnd_lab.gui.theme import WARNING, is_dark

EMPTY_WIDTH = 460

Button = TypeVar("Button", bound=QAbstractButton)


def icon(name: str, colours: QPalette) -> QIcon:
    """An icon in the colours of a palette."""
    made: QIcon = qtawesome.icon(
        name,
        color=colours.color(QPalette.ColorGroup.Active, QPalette.ColorRole.ButtonText),
        color_disabled=colours.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText),
    )
    return made


def warning_colour(colours: QPalette) -> QColor:
    """The colour of what is wrong, beside the colours of a palette."""
    return QColor(WARNING[is_dark(colours)])


def without_icons(box: QDialogButtonBox) -> QDialogButtonBox:
    """Take away the pictures that the style puts on standard buttons; they know no theme."""
    for button in box.buttons():
        button.setIcon(QIcon())
    return box


def flat(button: Button) -> Button:
    """Keep the focus where it was when a button is clicked; the Tab key still reaches it."""
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def rule() -> QFrame:
    """A thin line across."""
    line = QFrame()
    line.setFrameShape(QFrame.Shape.HLine)
    line.setFrameShadow(QFrame.Shadow.Plain)
    line.setForegroundRole(QPalette.ColorRole.Mid)
    return line


class IconButton(QToolButton):
    """A tool button whose icon is redrawn when the palette changes."""

    def __init__(self, name: str, tip: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setToolTip(tip)
        self.setAccessibleName(text or tip)
        self.setAutoRaise(not text)
        flat(self)
        if text:
            self.setText(text)
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.set_icon(name)

    def set_icon(self, name: str) -> None:
        """Show another icon."""
        self._name = name
        self.setIcon(icon(name, self.palette()))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        if event.type() == QEvent.Type.PaletteChange:
            self.set_icon(self._name)
        super().changeEvent(event)


class WarningSign(IconButton):
    """An icon in the colour of what is wrong, to look at."""

    def set_icon(self, name: str) -> None:
        self._name = name
        self.setIcon(qtawesome.icon(name, color=warning_colour(self.palette())))


class Muted(QLabel):
    """A wrapped line of explanation, fainter than the rest."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setWordWrap(True)
        self.setForegroundRole(QPalette.ColorRole.PlaceholderText)


def empty_page(text: str) -> QWidget:
    """A page that says in its middle why there is nothing to see yet."""
    page, label = QWidget(), Muted(text)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setFixedWidth(EMPTY_WIDTH)
    label.setMinimumHeight(label.heightForWidth(EMPTY_WIDTH))
    layout = QVBoxLayout(page)
    layout.addStretch(1)
    layout.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
    layout.addStretch(1)
    return page


class SearchLine(QLineEdit):
    """A line for words to look for; Esc takes them away, and is the window's where there are none."""

    def __init__(self, placeholder: str) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setClearButtonEnabled(True)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._clears(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if self._clears(event):
            self.clear()
        else:
            super().keyPressEvent(event)

    def _clears(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Escape and bool(self.text())


class Problem(QLabel):
    """A wrapped line that says what is wrong; hidden while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setVisible(False)
        self._recolour()

    def say(self, text: str) -> None:
        """Show a text; an empty one hides the line."""
        self.setText(text)
        self.setVisible(bool(text))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        if event.type() == QEvent.Type.PaletteChange:
            self._recolour()
        super().changeEvent(event)

    def _recolour(self) -> None:
        wanted = warning_colour(self.palette())
        if self.palette().color(QPalette.ColorRole.WindowText) != wanted:
            own = QPalette()
            own.setColor(QPalette.ColorRole.WindowText, wanted)
            self.setPalette(own)


class Combo(QComboBox):
    """A list that is not turned by scrolling past it, and that never widens its panel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMaxVisibleItems(16)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        event.ignore()


def draw_edge(painter: QPainter, box: QRect, colour: QColor) -> None:
    """Draw the edge of a box for a tick; the style's is darker than the ground, even where that is dark."""
    painter.setPen(colour)
    painter.drawRect(box.adjusted(0, 0, -1, -1))


class CheckBox(QCheckBox):
    """A box whose edge is seen in both themes."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        role = QPalette.ColorRole.Highlight if self.hasFocus() else QPalette.ColorRole.PlaceholderText
        draw_edge(QPainter(self), box, self.palette().color(role))


class Switch(QAbstractButton):
    """An on/off switch with its text beside it."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        metrics = self.fontMetrics()
        text = metrics.horizontalAdvance(self.text()) + 10 if self.text() else 0
        return QSize(40 + text, max(24, metrics.height() + 6))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        colours, role = self.palette(), QPalette.ColorRole
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(2, (self.height() - 18) / 2, 34, 18)
        painter.setPen(colours.color(role.Highlight if self.hasFocus() or self.isChecked() else role.PlaceholderText))
        painter.setBrush(colours.color(role.Highlight if self.isChecked() else role.Base))
        painter.drawRoundedRect(track, 9, 9)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(track.adjusted(-2, -2, 2, 2), 11, 11)
        knob = QRectF(track.right() - 15 if self.isChecked() else track.left() + 3, track.top() + 3, 12, 12)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours.color(role.HighlightedText if self.isChecked() else role.PlaceholderText))
        painter.drawEllipse(knob)
        if self.text():
            painter.setPen(colours.color(role.WindowText))
            painter.drawText(self.rect().adjusted(46, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self.text())
