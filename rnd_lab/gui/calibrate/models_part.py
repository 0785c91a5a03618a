"""The models that are measured: those that come with the lab, and the user's own, each with a tick."""

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from rnd_lab.evaluation.titles import model_title
from rnd_lab.gui.calibrate.model_dialog import PlainModelDialog
from rnd_lab.gui.panel.section import Titled
from rnd_lab.gui.short_list import ShortList, button_row
from rnd_lab.gui.widgets import IconButton, draw_edge
from rnd_lab.models.bundled import bundled_folder, cards
from rnd_lab.models.known import find_card
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError

MODEL = Qt.ItemDataRole.UserRole


class Ticked(QStyledItemDelegate):
    """Draws an entry whose box is seen in both themes."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        drawn = QStyleOptionViewItem(option)
        self.initStyleOption(drawn, index)
        view = cast("QWidget", self.parent())
        box = view.style().subElementRect(QStyle.SubElement.SE_ItemViewItemCheckIndicator, drawn, view)
        draw_edge(painter, box, view.palette().color(QPalette.ColorRole.PlaceholderText))


class TickList(ShortList):
    """A list whose ticks the space bar sets, whatever it does in the window."""

    def __init__(self, name: str, elide: Qt.TextElideMode) -> None:
        super().__init__(name, elide)
        self.setItemDelegate(Ticked(self))

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
        ):
            event.accept()
            return True
        return super().event(event)


class ModelsPart(Titled):
    """A list with ticks, and buttons to add models, and to change and remove those that were added.

    ``torchvision`` are the names that can be added.
    """

    def __init__(self) -> None:
        super().__init__("Models")
        self.torchvision: tuple[str, ...] = ()
        self.list = TickList("Models", Qt.TextElideMode.ElideMiddle)
        self.list.setToolTip("<p>Models with a tick are measured, all on the same noisy images. Space ticks.</p>")
        for card in sorted(cards(bundled_folder()), key=lambda it: bool(it.start)):  # a fine-tuned one after its origin
            self._append(ModelSpec(source=card.name))
        self.list.setCurrentRow(0)
        self.list.itemChanged.connect(self.edited)
        self.list.currentRowChanged.connect(self._enable)
        self.buttons = {
            "add": IconButton("mdi6.plus", "Add a model of torchvision or from a file", "Add"),
            "change": IconButton("mdi6.pencil-outline", "Change the chosen one, which was added"),
            "remove": IconButton("mdi6.trash-can-outline", "Remove the chosen one, which was added"),
        }
        for name, button in self.buttons.items():
            button.clicked.connect(getattr(self, name))
        self.body.addWidget(self.list)
        self.body.addLayout(button_row(self.buttons.values()))
        self._enable()

    def value(self) -> tuple[ModelSpec, ...]:
        """The models with a tick. Raises LabError where there is none."""
        ticked = tuple(it.data(MODEL) for it in self._items() if it.checkState() == Qt.CheckState.Checked)
        if not ticked:
            raise LabError("No model is chosen. Tick at least one.")
        return ticked

    def show_models(self, models: Sequence[ModelSpec]) -> None:
        """Tick these models and no others; says nothing."""
        blocked = self.list.blockSignals(True)
        for item in self._items():
            item.setCheckState(Qt.CheckState.Unchecked)
        for model in models:
            self._tick(model)
        self.list.blockSignals(blocked)

    def add(self) -> None:
        """Ask for one more."""
        self._ask(ModelSpec(), None)

    def change(self) -> None:
        """Change the chosen one, which was added."""
        if (item := self.list.currentItem()) and _own(item):
            self._ask(item.data(MODEL), item)

    def remove(self) -> None:
        """Take the chosen one away, which was added."""
        if (item := self.list.currentItem()) and _own(item):
            self.list.takeItem(self.list.row(item))
            self.edited.emit()

    def take(self, model: ModelSpec, instead: QListWidgetItem | None = None) -> None:
        """Tick a model, and add it where it is not on the list; ``instead`` of another one where that is given."""
        if instead and instead.data(MODEL) != model:
            self.list.takeItem(self.list.row(instead))
        blocked = self.list.blockSignals(True)
        self.list.setCurrentItem(self._tick(model))
        self.list.blockSignals(blocked)
        self._enable()
        self.edited.emit()

    def _ask(self, model: ModelSpec, instead: QListWidgetItem | None) -> None:
        dialog = PlainModelDialog(model, self.torchvision, self.window())
        dialog.accepted.connect(lambda: self.take(dialog.chosen, instead))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _tick(self, model: ModelSpec) -> QListWidgetItem:
        item = next((it for it in self._items() if it.data(MODEL) == model), None) or self._append(model)
        item.setCheckState(Qt.CheckState.Checked)
        return item

    def _append(self, model: ModelSpec) -> QListWidgetItem:
        card = find_card(model.source)
        item = QListWidgetItem(model_title(model), self.list)
        item.setData(MODEL, model)
        item.setToolTip(card.title if card else model.source)
        item.setCheckState(Qt.CheckState.Unchecked)
        return item

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def _enable(self) -> None:
        item = self.list.currentItem()
        for name in ("change", "remove"):
            self.buttons[name].setEnabled(item is not None and _own(item))


def _own(item: QListWidgetItem) -> bool:
    """Whether it was added by the user."""
    model: ModelSpec = item.data(MODEL)
    return find_card(model.source) is None or model != ModelSpec(source=model.source)
