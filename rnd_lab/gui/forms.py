"""A form that is made from a spec: what is declared there once is labelled, explained, limited and checked here."""

from typing import Any, Literal, cast, get_args, get_origin

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from rnd_lab.gui.fields import Editor, editor_for
from rnd_lab.gui.widgets import IconButton, Problem
from rnd_lab.gui.words import complaint, label_of, number, tooltip_of
from rnd_lab.primitives.spec import Spec

LABEL_WIDTH = 96


class Row:
    """The widgets of one field: label, editor, reset button, and a line for what is wrong."""

    def __init__(self, form: QWidget, editor: Editor, text: str, tip: str, default: Any) -> None:
        self.editor, self.default = editor, default
        self.label = QLabel(text, form)
        self.label.setMinimumWidth(LABEL_WIDTH)
        self.label.setBuddy(editor.widget)
        self.label.setToolTip(tip)
        editor.widget.setToolTip(tip)
        editor.widget.setAccessibleName(text)
        self.reset = IconButton("mdi6.restore", f"Back to the default: {number(default)}", parent=form)
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        self.problem = Problem(form)

    def refresh(self) -> None:
        """Offer the default where something else is set."""
        self.reset.setVisible(self.editor.value() != self.default)


class SpecForm(QWidget):
    """One row for every field of a spec, except those in ``skip`` and constants.

    Signals: ``changed()`` when the user has edited a field; :meth:`value` tells whether it makes sense.
    """

    changed = Signal()

    def __init__(self, kind: type[Spec], skip: tuple[str, ...] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._kept: dict[str, Any] = {}
        self.rows: dict[str, Row] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self.problem = Problem(self)
        for name, info in kind.model_fields.items():
            if name in skip or (get_origin(info.annotation) is Literal and len(get_args(info.annotation)) == 1):
                continue
            default = info.get_default(call_default_factory=True, validated_data={})
            self._add(name, Row(self, editor_for(info), label_of(name, info), tooltip_of(info), default))
        self._grid.addWidget(self.problem, self._grid.rowCount(), 0, 1, 3)

    def value(self) -> Any:
        """The spec that is shown. Raises ValidationError, after saying at the fields what is wrong."""
        values = {name: row.editor.value() for name, row in self.rows.items()}
        try:
            spec = self._kind(**{**self._kept, **values})
        except ValidationError as error:
            self._explain(error)
            raise
        self._explain(None)
        return spec

    def set_value(self, spec: Spec) -> None:
        """Show a spec; says nothing."""
        values = dict(spec)
        self._kept = {name: value for name, value in values.items() if name not in self.rows}
        for name, row in self.rows.items():
            row.editor.set_value(values[name])
            row.refresh()
        self._explain(None)

    def insert(self, after: str, text: str, widget: QWidget, tip: str) -> QLabel:
        """Put a row that is no field of the spec below the field ``after``; returns its label."""
        label = QLabel(text, self)
        label.setBuddy(widget)
        for part in (label, widget):
            part.setToolTip(tip)
        at = self._grid.indexOf(self.rows[after].label)
        line = cast(tuple[int, int, int, int], self._grid.getItemPosition(at))[0] + 2  # the stubs say object
        self._grid.addWidget(label, line, 0)
        self._grid.addWidget(widget, line, 1)
        return label

    def _add(self, name: str, row: Row) -> None:
        line = self._grid.rowCount()
        self._grid.addWidget(row.label, line, 0)
        self._grid.addWidget(row.editor.widget, line, 1)
        self._grid.addWidget(row.reset, line, 2, Qt.AlignmentFlag.AlignRight)
        self._grid.addWidget(row.problem, line + 1, 1, 1, 2)
        self._grid.setRowMinimumHeight(line + 2, 0)  # a free line, for insert()
        self.rows[name] = row
        row.editor.edited.connect(lambda: self._edited(row))
        row.reset.clicked.connect(lambda: self._reset(row))

    def _edited(self, row: Row) -> None:
        row.refresh()
        self.changed.emit()

    def _reset(self, row: Row) -> None:
        row.editor.set_value(row.default)
        self._edited(row)
        row.editor.widget.setFocus()

    def _explain(self, error: ValidationError | None) -> None:
        found = (
            {str(issue["loc"][0]) if issue["loc"] else "": complaint(issue) for issue in error.errors()}
            if error
            else {}
        )
        for name, row in self.rows.items():
            row.problem.say(found.get(name, ""))
        self.problem.say(found.get("", ""))
