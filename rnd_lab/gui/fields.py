"""Editors for single values; which one a field gets depends on its type."""

from abc import abstractmethod
from collections.abc import Sequence
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, MultipleOf
from pydantic.fields import FieldInfo
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QWidget

from rnd_lab.gui.number_box import NumberBox
from rnd_lab.gui.widgets import CheckBox, Combo
from rnd_lab.gui.words import LONG_UNIT, unit_of, words
from rnd_lab.primitives.amounts import counted
from rnd_lab.primitives.ranges import number, written


class Editor(QObject):
    """One value and the widget that shows it.

    Signals: ``edited()`` when the user has changed the value.
    """

    edited = Signal()
    widget: QWidget

    @abstractmethod
    def value(self) -> Any:
        """What the user has set; not checked yet."""

    @abstractmethod
    def set_value(self, value: Any) -> None:
        """Show a value; says nothing."""


class NumberEditor(Editor):
    """int, float, and int | None."""

    def __init__(self, info: FieldInfo, whole: bool, optional: bool) -> None:
        super().__init__()
        bounds: dict[str, Any] = {}
        for rule in info.metadata:
            match rule:
                case Ge(ge=bound):
                    bounds["low"] = bound
                case Gt(gt=bound):
                    bounds |= {"low": bound, "open_low": True}
                case Le(le=bound):
                    bounds["high"] = bound
                case MultipleOf(multiple_of=factor):
                    bounds["step"] = factor
        self.widget: NumberBox = NumberBox(whole=whole, optional=optional, **bounds)
        unit = unit_of(info)
        self._unit = unit if len(unit) <= LONG_UNIT else ""
        self.widget.valueChanged.connect(self._changed)

    def value(self) -> int | float | None:
        return self.widget.number()

    def set_value(self, value: float | None) -> None:
        blocked = self.widget.blockSignals(True)
        self.widget.set_number(value)
        self._name_unit()
        self.widget.blockSignals(blocked)

    def _changed(self) -> None:
        self._name_unit()
        self.edited.emit()

    def _name_unit(self) -> None:
        if self._unit:
            self.widget.setSuffix(f" {counted(self._unit, self.value())}")


class CheckEditor(Editor):
    """bool."""

    def __init__(self) -> None:
        super().__init__()
        self.widget: CheckBox = CheckBox()
        self.widget.clicked.connect(lambda: self.edited.emit())

    def value(self) -> bool:
        return self.widget.isChecked()

    def set_value(self, value: bool) -> None:
        self.widget.setChecked(value)


class ChoiceEditor(Editor):
    """Literal."""

    def __init__(self, choices: Sequence[object]) -> None:
        super().__init__()
        self.widget: Combo = Combo()
        for choice in choices:
            self.widget.addItem(words(str(choice)), choice)
        self.widget.activated.connect(lambda: self.edited.emit())

    def value(self) -> Any:
        return self.widget.currentData()

    def set_value(self, value: object) -> None:
        self.widget.setCurrentIndex(self.widget.findData(value))


class TextEditor(Editor):
    """str, str | None, and a tuple of numbers | None, written with commas between them."""

    def __init__(self, optional: bool, numbers: bool) -> None:
        super().__init__()
        self._optional, self._numbers = optional, numbers
        self.widget: QLineEdit = QLineEdit()
        if optional:
            self.widget.setPlaceholderText("automatic")
        self.widget.editingFinished.connect(self._finished)
        self._shown = ""

    def value(self) -> Any:
        text = self.widget.text().strip()
        if not text and self._optional:
            return None
        return tuple(map(_number, text.split(","))) if self._numbers else text

    def set_value(self, value: Any) -> None:
        text = ", ".join(map(written, value)) if isinstance(value, tuple) else value or ""
        self._shown = text
        self.widget.setText(text)

    def _finished(self) -> None:
        if self.widget.text() != self._shown:
            self._shown = self.widget.text()
            self.edited.emit()


def _number(text: str) -> float | str:
    """A number, or what is none, for the spec to complain of."""
    try:
        return number(text)
    except ValueError:
        return text.strip()


def editor_for(info: FieldInfo) -> Editor:
    """The editor that fits the type of a field."""
    kind: Any = info.annotation
    members = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    optional = NoneType in members
    kind = next(member for member in members if member is not NoneType)
    if get_origin(kind) is Literal:
        return ChoiceEditor(get_args(kind))
    if kind is bool:
        return CheckEditor()
    if kind in (int, float):
        return NumberEditor(info, kind is int, optional)
    if kind is str or get_origin(kind) is tuple:
        return TextEditor(optional, kind is not str)
    raise TypeError(f"there is no editor for {kind}")


def take_typing(form: QWidget) -> None:
    """Let the field that is being typed into say what is in it, as if the focus had left it."""
    focus = QApplication.focusWidget()
    if isinstance(focus, QAbstractSpinBox):
        focus.interpretText()
        return
    line = focus.lineEdit() if isinstance(focus, QComboBox) else focus
    if isinstance(line, QLineEdit) and form.isAncestorOf(line):
        line.editingFinished.emit()
