"""A box for numbers of any size that shows them as people write them and never rounds them."""

from contextlib import suppress
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from PySide6.QtCore import Qt
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QSizePolicy, QWidget

from rnd_lab.primitives.ranges import number, written

EXACT_WHOLE = 2.0**53
"""Whole numbers are exact in a double up to here."""


class NumberBox(QDoubleSpinBox):
    """Arrow keys change the second digit of the number; Page Up and Page Down the first.

    ``low`` and ``high`` (``open_low``: low itself is not allowed) stop the arrows only: what is typed is taken as it
    is, so that whoever reads it can say what is wrong with it. ``step`` replaces the steps that grow with the number.
    With ``optional`` the box can be empty, which shows ``automatic``.
    """

    def __init__(
        self,
        *,
        whole: bool = False,
        low: float | None = None,
        high: float | None = None,
        open_low: bool = False,
        step: int | None = None,
        optional: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._whole, self._low, self._high, self._open_low = whole, low, high, open_low
        self._step, self._optional = step, optional
        self.setDecimals(0 if whole else 30)  # fewer would round what textFromValue shows in full
        self.setRange(-EXACT_WHOLE, EXACT_WHOLE)
        if optional:
            self.setSpecialValueText("automatic")  # at the minimum, which nobody types
        self.setKeyboardTracking(False)
        self.setAccelerated(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(80)

    def number(self) -> int | float | None:
        """The number, whole where it is meant to be; None where an optional box is empty."""
        if self._optional and self.value() == self.minimum():
            return None
        return int(self.value()) if self._whole else self.value()

    def set_number(self, number: float | None) -> None:
        """Show a number, or nothing in an optional box."""
        self.setValue(self.minimum() if number is None else number)

    def textFromValue(self, value: float) -> str:  # noqa: N802
        if self._whole:
            return f"{int(value):,}"
        return written(value)

    def valueFromText(self, text: str) -> float:  # noqa: N802
        return self._parse(text) or 0.0

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        bare = self._bare(text)
        if self._optional and bare in ("", self.specialValueText()):
            return QValidator.State.Acceptable, text, position
        if self._whole and "/" in bare:
            return QValidator.State.Invalid, text, position
        with suppress(ValueError):
            value = number(bare)
            if self.minimum() <= value <= self.maximum() and (not self._whole or value == int(value)):
                return QValidator.State.Acceptable, text, position
        known = set("0123456789+-.e/") if not self._whole else set("0123456789+-")
        state = QValidator.State.Intermediate if set(bare.lower()) <= known else QValidator.State.Invalid
        return state, text, position

    def stepBy(self, steps: int) -> None:  # noqa: N802
        self.interpretText()  # what was typed just now
        value = Decimal(repr(self.value()))
        if self.number() is None:
            new = Decimal(repr(self._low or 1))
        elif self.cleanText().endswith("/255"):
            new = Decimal(repr((round(self.value() * 255) + steps) / 255))
        else:
            new = value + self._stride(value) * steps
            if self._step and self._step > 1:
                rounding = ROUND_FLOOR if steps > 0 else ROUND_CEILING
                new = (new / self._step).to_integral_value(rounding) * self._step
        if self._low is not None and (new < Decimal(repr(self._low)) or (self._open_low and new == self._low)):
            new = value if self._open_low else Decimal(repr(self._low))
        if self._high is not None:
            new = min(new, Decimal(repr(self._high)))
        self.setValue(float(new))
        self.selectAll()

    def stepEnabled(self) -> QDoubleSpinBox.StepEnabledFlag:  # noqa: N802
        flag = QDoubleSpinBox.StepEnabledFlag
        value, flags = self.valueFromText(self.text()), flag.StepNone  # as it is typed
        if self._high is None or value < self._high:
            flags |= flag.StepUpEnabled
        if self._low is None or value > self._low:
            flags |= flag.StepDownEnabled
        return flags

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        event.ignore()  # else scrolling the panel would change what the pointer passes

    def _stride(self, value: Decimal) -> Decimal:
        if self._step:
            return Decimal(self._step)
        if value == 0:
            return Decimal(1) if self._whole else Decimal("0.001")
        stride = Decimal(1).scaleb(value.adjusted() - 1)
        return max(Decimal(1), stride) if self._whole else stride

    def _bare(self, text: str) -> str:
        text = "".join(text.removesuffix(self.suffix()).split())
        return text.replace(",", "" if self._whole else ".").replace("−", "-")

    def _parse(self, text: str) -> float | None:
        bare = self._bare(text)
        if self._optional and bare in ("", self.specialValueText()):
            return self.minimum()
        try:
            return number(bare)
        except ValueError:
            return None
