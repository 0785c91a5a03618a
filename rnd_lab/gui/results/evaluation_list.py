"""The list of evaluations with its search."""

from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from rnd_lab.gui.results.evaluation_model import PAGE, EvaluationModel
from rnd_lab.gui.results.reader import Reader
from rnd_lab.gui.widgets import IconButton, Muted, SearchLine, Switch
from rnd_lab.results.browsing import Overview

NOTHING = "There are no results yet. Run an evaluation in the Batch tab, or open another results file."
NO_MATCH = "No evaluation matches. The search looks at names, notes, attacks, models and cells."
EMPTY_BIN = "Nothing was deleted."


class EvaluationList(QWidget):
    """Shows the evaluations of a results file, page by page. ``path`` is the file that is listed.

    Signals: ``chosen(overviews)`` the selected evaluations; ``open_wanted()`` another results file; ``opened()`` when
    another one is listed from now on; ``delete_wanted()`` by the Delete key.
    """

    chosen = Signal(object)
    open_wanted = Signal()
    opened = Signal()
    delete_wanted = Signal()

    def __init__(self, reader: Reader, own: Path) -> None:
        super().__init__()
        self.own = self.path = own
        self.reader = reader
        self.model = EvaluationModel()
        self.search = SearchLine("Search names, notes, attacks, models")
        self.bin = Switch("Deleted")
        self.open = IconButton("mdi6.folder-open-outline", "Open another results file (.db)")
        self.note = Muted(NOTHING)
        self.table = QTableView()
        self._asked = own
        self._again = False
        self._build()
        self._connect()

    def open_file(self, path: Path) -> None:
        """List another file once it is read; where it cannot be read, this one stays."""
        self._asked = path
        self.reload()

    def reload(self) -> None:
        """Search anew, from the first page on."""
        self._ask(0)

    def refresh(self) -> None:
        """Read again what is listed, once what is being read is there."""
        if self.reader.busy("list"):
            self._again = True
        else:
            self._ask(0)

    def selected(self) -> list[Overview]:
        """The evaluations that are selected, from above to below."""
        return [self.model.rows[index.row()] for index in sorted(self.table.selectionModel().selectedRows())]

    def select(self, number: int) -> None:
        """Select an evaluation, if it is listed."""
        if (row := self.model.row_of(number)) is not None:
            self.table.selectRow(row)

    def _build(self) -> None:
        self.search.setAccessibleName("Search evaluations")
        self.bin.setToolTip("Show what was deleted; it can be restored")
        self.table.setModel(self.model)
        self.table.setAccessibleName("Evaluations")
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        head = self.table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setHighlightSections(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 120), (2, 122), (3, 60)):
            self.table.setColumnWidth(column, width)
        row = QHBoxLayout()
        row.addWidget(self.search, 1)
        row.addWidget(self.bin)
        row.addWidget(self.open)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.note)
        layout.addWidget(self.table, 1)
        layout.addStretch()

    def _connect(self) -> None:
        self.search.textChanged.connect(self.reload)
        self.bin.toggled.connect(self.reload)
        self.open.clicked.connect(self.open_wanted)
        self.model.more_wanted.connect(self._ask)
        self.reader.failed.connect(self._stay)
        self.table.selectionModel().selectionChanged.connect(self._choose)
        delete = QShortcut(QKeySequence.StandardKey.Delete, self.table)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self._delete)
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.setContext(Qt.ShortcutContext.WindowShortcut)
        find.activated.connect(self.search.setFocus)

    def _delete(self) -> None:
        if not self.bin.isChecked():  # what lies in the bin would be restored
            self.delete_wanted.emit()

    def _ask(self, first: int) -> None:
        path = self._asked
        if path in (self.own, self.path) and not path.is_file():
            self.reader.give_up("list")
            self._take(path, 0, ())
            return
        if path != self.path:
            first = 0
        search, deleted = self.search.text(), self.bin.isChecked()
        most = max(PAGE, len(self.model.rows)) if first == 0 else PAGE
        self.reader.ask(
            "list",
            path,
            lambda database, turn: database.overviews(search, deleted=deleted, first=first, most=most),
            lambda page: self._take(path, first, page),
        )

    def _stay(self, kind: str) -> None:
        """Go on with the file that is listed, where another one cannot be read."""
        if kind == "list" and self._asked != self.path:
            self._asked = self.path
            self.reload()

    def _take(self, path: Path, first: int, page: tuple[Overview, ...]) -> None:
        if path != self.path:
            self.table.clearSelection()  # what is selected belongs to the file before
            self.path = path
            self.opened.emit()
        self._show(first, page)
        if self._again:
            self._again = False
            self._ask(0)

    def _show(self, first: int, page: tuple[Overview, ...]) -> None:
        """Show a page; what was selected stays so, else the first evaluation is."""
        before = {it.id for it in self.selected()}
        self.model.show_page(first, page)
        for row, it in enumerate(self.model.rows if not self.selected() else ()):
            if it.id in before:
                flags = QItemSelectionModel.SelectionFlag
                self.table.selectionModel().select(self.model.index(row, 0), flags.Select | flags.Rows)
        if self.model.rows and not self.selected():
            self.table.selectRow(0)
        self.table.setVisible(bool(self.model.rows))
        self.note.setVisible(not self.model.rows)
        self.note.setText(NO_MATCH if self.search.text() else EMPTY_BIN if self.bin.isChecked() else NOTHING)
        self._choose()

    def _choose(self) -> None:
        self.chosen.emit(self.selected())
