"""Choose a class by its name."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from rnd_lab.gui.panel.search_combo import SearchCombo


class ClassCombo(SearchCombo):
    """A list of classes; with ``automatic`` its first entry means None.

    Signals: ``picked()`` when the user has chosen another class.
    """

    picked = Signal()

    def __init__(self, *, automatic: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._automatic = automatic
        self._labels: tuple[str, ...] | None = None
        self._index: int | None = None
        self.activated.connect(self._activated)

    def value(self) -> int | None:
        """Index of the chosen class."""
        return self._index

    def show_classes(self, labels: tuple[str, ...], index: int | None, automatic: str = "Automatic") -> None:
        """Offer classes and show one of them; says nothing."""
        self._index = index
        if labels != self._labels:
            self._labels = labels
            self.clear()
            if self._automatic:
                self.addItem(automatic, None)
            for number, name in enumerate(labels):
                self.addItem(name, number)
        if self._automatic:
            self.setItemText(0, automatic)
        self.show_choice(index, "" if index is None else f"class {index}")

    def _activated(self) -> None:
        if self.currentData() != self._index:
            self._index = self.currentData()
            self.picked.emit()
