"""A stack of defenses: add, remove, change their order and their settings."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from rnd_lab.defenses.catalog import DEFENSES, AnyDefense
from rnd_lab.defenses.defense import DefenseSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.gui.forms import SpecForm
from rnd_lab.gui.noise_slider import NoiseSlider
from rnd_lab.gui.widgets import IconButton, Muted, flat


class DefenseBox(QFrame):
    """One defense of a stack.

    Signals: ``changed()``; ``up_wanted()``, ``down_wanted()`` and ``remove_wanted()`` for its buttons.
    """

    changed = Signal()
    up_wanted = Signal()
    down_wanted = Signal()
    remove_wanted = Signal()

    def __init__(self, defense: DefenseSpec) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.kind = type(defense)
        self.form = SpecForm(self.kind)
        self.form.set_value(defense)
        self.form.changed.connect(self.changed)
        title = QLabel(f"<b>{defense.title}</b>")
        title.setToolTip(f"<p>{defense.summary}</p>")
        head = QHBoxLayout()
        head.addWidget(title, 1)
        self.up = IconButton("mdi6.arrow-up", f"{defense.title} further out: it sees the query earlier")
        self.down = IconButton("mdi6.arrow-down", f"{defense.title} further in: it sees the query later")
        self.remove = IconButton("mdi6.close", f"Remove {defense.title}")
        for button, signal in (
            (self.up, self.up_wanted),
            (self.down, self.down_wanted),
            (self.remove, self.remove_wanted),
        ):
            button.clicked.connect(signal)
            head.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addLayout(head)
        layout.addWidget(Muted(defense.summary))
        layout.addWidget(self.form)
        self.slider = NoiseSlider(self.form) if isinstance(defense, RndSpec) else None
        if self.slider:
            layout.addWidget(self.slider)

    def set_value(self, defense: DefenseSpec) -> None:
        """Show other settings of the same defense; says nothing."""
        self.form.set_value(defense)
        if self.slider:
            self.slider.follow()


class StackEditor(QWidget):
    """Boxes from the outermost defense to the innermost, and a button that adds one.

    Signals: ``changed()`` when the user has changed something.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.boxes: list[DefenseBox] = []
        self.note = Muted("No defense: the model answers itself.")
        self.add = flat(QPushButton("Add a defense"))
        self.menu = QMenu(self.add)
        self.menu.setToolTipsVisible(True)
        for name, kind in DEFENSES.items():
            action = self.menu.addAction(kind.title)
            action.setData(name)
            action.setToolTip(f"<p>{kind.summary}</p>")
            action.triggered.connect(lambda _=False, kind=kind: self._add(kind()))
        self.add.setMenu(self.menu)
        self._column = QVBoxLayout()
        row = QHBoxLayout()
        row.addWidget(self.add)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._column)
        layout.addWidget(self.note)
        layout.addLayout(row)

    def value(self) -> tuple[DefenseSpec, ...]:
        """The stack. Raises ValidationError, after saying what is wrong."""
        return tuple([box.form.value() for box in self.boxes])

    def set_value(self, stack: tuple[AnyDefense, ...]) -> None:
        """Show a stack; says nothing. Where only settings differ, the widget that has the focus keeps it."""
        if [box.kind for box in self.boxes] == [type(defense) for defense in stack]:
            for box, defense in zip(self.boxes, stack, strict=True):
                box.set_value(defense)
            return
        for box in tuple(self.boxes):
            self._drop(box)
        for defense in stack:
            self._place(DefenseBox(defense))
        self._refresh()

    def _add(self, defense: DefenseSpec) -> None:
        self._place(DefenseBox(defense))
        self._tell()

    def _place(self, box: DefenseBox) -> None:
        self.boxes.append(box)
        self._column.addWidget(box)
        box.changed.connect(self.changed)
        box.up_wanted.connect(lambda: self._move(box, -1))
        box.down_wanted.connect(lambda: self._move(box, 1))
        box.remove_wanted.connect(lambda: self._remove(box))

    def _move(self, box: DefenseBox, by: int) -> None:
        place = self.boxes.index(box)
        self.boxes.insert(place + by, self.boxes.pop(place))
        self._column.removeWidget(box)
        self._column.insertWidget(place + by, box)
        self._tell()

    def _remove(self, box: DefenseBox) -> None:
        self._drop(box)
        self._tell()

    def _drop(self, box: DefenseBox) -> None:
        self.boxes.remove(box)
        self._column.removeWidget(box)
        box.hide()
        box.deleteLater()

    def _tell(self) -> None:
        self._refresh()
        self.changed.emit()

    def _refresh(self) -> None:
        self.note.setVisible(not self.boxes)
        for place, box in enumerate(self.boxes):
            box.up.setEnabled(place > 0)
            box.down.setEnabled(place < len(self.boxes) - 1)
