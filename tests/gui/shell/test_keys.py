"""Keys of the window work where the focus usually is, and typing still does."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QMainWindow, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from rnd_lab.gui.main_window import MainWindow
from rnd_lab.gui.number_box import NumberBox
from rnd_lab.gui.panel.search_combo import SearchCombo
from rnd_lab.gui.player import State
from rnd_lab.gui.shortcuts_dialog import ShortcutsDialog
from rnd_lab.gui.spare_keys import SpareKeys
from rnd_lab.gui.widgets import SearchLine
from tests.gui.waiting import WAIT

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
LISTED = {
    "Ctrl+F": "search",
    "Delete": "delete",
    "← →": "plot",
    "Enter": "choose",
    "Ctrl+C": "rows",
    "Ctrl+Enter": "note",
    "Esc": "note",
    "Space": "tick",
}


class Desk(QMainWindow):
    """A window with fields and the window's keys; ``heard`` are those that reached it."""

    def __init__(self, app: QApplication) -> None:
        super().__init__()
        self.number, self.line, self.combo = NumberBox(), QLineEdit(), SearchCombo()
        for number, name in enumerate(("ship", "dog", "frog")):
            self.combo.addItem(name, number)
        self.combo.show_choice(0)
        self.combo.setCompleter(None)  # its list takes the keyboard, which there is none of without a screen
        self.heard: list[str] = []
        for keys in ("Space", "Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+V"):
            QShortcut(QKeySequence(keys), self, lambda keys=keys: self.heard.append(keys))
        body = QWidget()
        layout = QVBoxLayout(body)
        for field in (self.number, self.line, self.combo):
            layout.addWidget(field)
        self.setCentralWidget(body)
        self._spare_keys = SpareKeys(app, self)


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication) -> Desk:
    desk = Desk(qapp)
    qtbot.addWidget(desk)
    activate(qtbot, desk)
    return desk


@pytest.fixture
def image() -> QImage:
    image = QImage(12, 8, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    return image


def activate(qtbot: QtBot, window: QWidget) -> None:
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT)


def focus(qtbot: QtBot, field: QWidget) -> None:
    field.setFocus()
    qtbot.waitUntil(field.hasFocus, timeout=WAIT)


def test_space_is_no_part_of_a_number_but_of_a_text(qtbot: QtBot, desk: Desk) -> None:
    focus(qtbot, desk.number)
    qtbot.keyClicks(desk.number, "12")
    qtbot.keyClick(desk.number, Qt.Key.Key_Space)
    assert desk.heard == ["Space"]
    focus(qtbot, desk.line)
    qtbot.keyClicks(desk.line, "two words")
    assert desk.line.text() == "two words"
    assert desk.heard == ["Space"]


def test_escape_empties_a_search_before_it_is_the_windows(qtbot: QtBot, desk: Desk) -> None:
    search = SearchLine("Find")
    QShortcut(QKeySequence("Esc"), desk, lambda: desk.heard.append("Esc"))
    desk.centralWidget().layout().addWidget(search)
    focus(qtbot, search)
    qtbot.keyClicks(search, "nes")
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert (search.text(), desk.heard) == ("", [])
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert desk.heard == ["Esc"]


@pytest.mark.parametrize("name", ["line", "combo"])
def test_a_field_undoes_what_was_typed_and_then_the_window_what_was_set(qtbot: QtBot, desk: Desk, name: str) -> None:
    field: QLineEdit | QComboBox = getattr(desk, name)
    line = field.lineEdit() if isinstance(field, QComboBox) else field
    focus(qtbot, field)
    before = line.text()
    qtbot.keyClick(field, Qt.Key.Key_Z, CTRL | SHIFT)
    line.setCursorPosition(len(before))
    qtbot.keyClicks(field, "x")
    assert line.text() == f"{before}x"
    assert desk.heard == ["Ctrl+Shift+Z"]
    qtbot.keyClick(field, Qt.Key.Key_Z, CTRL)
    assert line.text() == before
    assert desk.heard == ["Ctrl+Shift+Z"]
    qtbot.keyClick(field, Qt.Key.Key_Z, CTRL)
    assert desk.heard == ["Ctrl+Shift+Z", "Ctrl+Z"]
    qtbot.keyClick(field, Qt.Key.Key_Z, CTRL | SHIFT)
    assert line.text() == f"{before}x"


def test_an_entry_that_was_typed_and_chosen_is_undone_by_the_window(qtbot: QtBot, desk: Desk) -> None:
    focus(qtbot, desk.combo)
    desk.combo.activated.connect(lambda: desk.combo.show_choice(desk.combo.currentData()))
    desk.combo.lineEdit().selectAll()
    qtbot.keyClicks(desk.combo, "frog")
    qtbot.keyClick(desk.combo, Qt.Key.Key_Return)
    assert desk.combo.currentData() == 2
    qtbot.keyClick(desk.combo, Qt.Key.Key_Z, CTRL)
    assert desk.heard == ["Ctrl+Z"]
    assert desk.combo.currentText() == "frog"


@pytest.mark.parametrize("name", ["number", "line", "combo"])
def test_an_image_is_pasted_from_any_field_and_a_text_into_it(
    qtbot: QtBot, desk: Desk, image: QImage, name: str
) -> None:
    field: QWidget = getattr(desk, name)
    focus(qtbot, field)
    QGuiApplication.clipboard().setImage(image)
    qtbot.keyClick(field, Qt.Key.Key_V, CTRL)
    assert desk.heard == ["Ctrl+V"]
    line = field if isinstance(field, QLineEdit) else field.findChild(QLineEdit)
    line.selectAll()
    QGuiApplication.clipboard().setText("42")
    qtbot.keyClick(field, Qt.Key.Key_V, CTRL)
    assert line.text() == "42"
    assert desk.heard == ["Ctrl+V"]


def test_space_starts_with_the_number_that_was_just_typed(qtbot: QtBot, window: MainWindow) -> None:
    tab = window.tab
    activate(qtbot, window)
    box = tab.panel.defense.stack.boxes[0].form.rows["nu"].editor.widget
    focus(qtbot, box)
    box.selectAll()
    qtbot.keyClicks(box, "0.03")
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert tab.playing.defense[0].nu == 0.03
    qtbot.waitUntil(lambda: tab.state is State.PLAYING, timeout=WAIT)
    tab.stop()
    qtbot.waitUntil(lambda: tab.state is State.DONE, timeout=WAIT)


def test_a_class_is_undone_and_an_image_pasted_where_the_class_was_chosen(
    qtbot: QtBot, window: MainWindow, image: QImage
) -> None:
    draft, classes = window.tab.draft, window.tab.panel.image.true_class
    activate(qtbot, window)
    focus(qtbot, classes)
    qtbot.keyClick(classes, Qt.Key.Key_Down)
    assert draft.spec.label == 0
    qtbot.keyClick(classes, Qt.Key.Key_Z, CTRL)
    assert draft.spec.label is None
    QGuiApplication.clipboard().setImage(image)
    qtbot.keyClick(classes, Qt.Key.Key_V, CTRL)
    assert Path(draft.spec.image).parent == window.places.pasted


def test_the_list_of_keys_is_read_by_keyboard(qtbot: QtBot) -> None:
    dialog = ShortcutsDialog()
    qtbot.addWidget(dialog)
    dialog.resize(520, 300)
    activate(qtbot, dialog)
    table = dialog.table
    assert table.hasFocus()
    last = table.model().index(table.rowCount() - 1, 0)
    assert not table.viewport().rect().intersects(table.visualRect(last))
    for _ in range(table.rowCount()):
        qtbot.keyClick(table, Qt.Key.Key_Down)
    assert table.currentRow() == last.row()
    assert table.viewport().rect().contains(table.visualRect(last).topLeft())
    qtbot.keyClick(table, Qt.Key.Key_Tab)
    assert not table.hasFocus()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


@pytest.mark.parametrize(("keys", "what"), LISTED.items())
def test_keys_of_single_tabs_are_listed(qtbot: QtBot, keys: str, what: str) -> None:
    dialog = ShortcutsDialog()
    qtbot.addWidget(dialog)
    table = dialog.table
    lines = [(table.item(row, 0).text(), table.item(row, 1).text().lower()) for row in range(table.rowCount())]
    assert any(keys in its and what in does for its, does in lines)
