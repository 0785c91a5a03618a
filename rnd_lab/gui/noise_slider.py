"""ν by hand."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider

from rnd_lab.gui.forms import SpecForm

TICKS = 1000
MOST = 0.1
"""ν at the right end of the slider; the box beside it takes more."""


class NoiseSlider(QSlider):
    """A slider for the field ν of a form, from 0 to MOST pixel; each follows the other."""

    def __init__(self, form: SpecForm) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._form = form
        self.setRange(0, TICKS)
        self.setSingleStep(10)
        self.setPageStep(50)
        self.setToolTip(f"ν from 0 to {MOST} pixel")
        self.setAccessibleName("ν")
        self.follow()
        self.valueChanged.connect(self._slid)
        form.changed.connect(self.follow)

    def follow(self) -> None:
        """Go to where the form is; says nothing."""
        blocked = self.blockSignals(True)
        self.setValue(round(self._form.rows["nu"].editor.value() / MOST * TICKS))
        self.blockSignals(blocked)

    def _slid(self, tick: int) -> None:
        editor = self._form.rows["nu"].editor
        editor.set_value(round(tick / TICKS * MOST, 6))
        editor.edited.emit()
