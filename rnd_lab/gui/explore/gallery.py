"""The games of one cell as pictures: sorted, filtered, replayed and saved."""

from pathlib import Path

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QListView,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from rnd_lab.evaluation.saved_images import Saved
from rnd_lab.gui.explore.gallery_model import GalleryModel
from rnd_lab.gui.explore.tile_painter import TilePainter
from rnd_lab.gui.explore.tiles import Arrangement, Page, Stages, Tile, page_job, replay_job, save_job
from rnd_lab.gui.results.reader import Reader
from rnd_lab.gui.toast import Toaster
from rnd_lab.gui.widgets import Combo, IconButton, Muted, Problem
from rnd_lab.results.browsing import Choice, Order
from rnd_lab.results.database import StoredCell

CHOSEN: dict[Choice, str] = {
    "all": "All games",
    "success": "Won by the attack",
    "true": "True successes",
    "failure": "Held out",
    "misclassified": "Wrong before",
    "error": "Errors",
}
ORDERS: dict[Order, str] = {
    "image": "Image number",
    "published": "Queries",
    "linf": "ℓ∞ norm",
    "l2": "ℓ2 norm",
}
SAVE = "<p>Save the selected images as PNG; each is judged anew after rounding to 8 bits.</p>"
REPLAY = "Play the game again in the Attack tab, with the same outcome (double click or Enter)"
SAVING = "The images before are still being saved"
EMPTY = "Choose a cell in the plot to see its games: click it, or use the arrow keys."


class Gallery(QWidget):
    """Each tile has the original, the adversarial image and their difference. Double click or Enter replays a game.

    Signals: ``replay_wanted(run)``.
    """

    replay_wanted = Signal(object)

    def __init__(self, toaster: Toaster, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.toaster = toaster
        self.reader = Reader(self)
        self.cell: StoredCell | None = None
        self._path = Path()
        self._stages = Stages()
        self._held: set[int] = set()
        self._look_again = True
        self._counts: dict[Choice, int] = {}
        self.choice, self.order = Combo(), Combo()
        self.direction = IconButton("mdi6.sort-ascending", "Smallest first; click for largest first")
        self.replay = QPushButton("Replay")
        self.save = QPushButton("Save…")
        self.progress = QProgressBar()
        self.problem = Problem()
        self.note = Muted(EMPTY)
        self.view = _View()
        self.model = GalleryModel()
        self.painter = TilePainter(self.view)
        self._build()
        self._connect()
        self.show_cell(Path(), None)

    @property
    def arrangement(self) -> Arrangement:
        """Which games are shown, in which order."""
        down = self.direction.isChecked()
        return Arrangement(self.choice.currentData(), self.order.currentData(), descending=down)

    def show_cell(self, path: Path, cell: StoredCell | None) -> None:
        """Show the games of a cell of a results file; None: none."""
        self._path, self.cell = path, cell
        self.reader.give_up("tiles")
        self.reader.give_up("counts")
        self.reader.give_up("replay")
        self._counts = {}
        self.problem.say("")
        self._held, self._look_again = set(), True
        self.model.clear()
        self.note.setText(EMPTY)
        self.note.setVisible(cell is None)
        for widget in (self.choice, self.order, self.direction, self.view, self.replay, self.save):
            widget.setVisible(cell is not None)
        if cell:
            self.painter.labels, self.painter.norm = cell.labels, cell.spec.threat.norm
        self._show_selection()
        self.refresh()

    def refresh(self) -> None:
        """Count the games anew, and show those that came since."""
        if cell := self.cell:
            self.reader.ask("counts", self._path, lambda database, turn: database.counts(cell.id), self._show_counts)

    def close_reader(self) -> None:
        """Give up what is being read, and end the thread."""
        self.reader.close()

    def chosen(self) -> list[Tile]:
        """The selected games that were played to an end, in the order of the list."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedIndexes())
        return [tile for row in rows if (tile := self.model.tile(row)) and tile.record.status != "error"]

    def save_into(self, folder: Path) -> None:
        """Save the selected images as PNG."""
        records = [tile.record for tile in self.chosen()]
        if self.cell and records:
            job = save_job(self._stages, self.cell, records, folder)
            self.reader.ask("save", self._path, job, self._show_saved)
            self._show_progress("save", 0, len(records))
            self._show_selection()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._load_visible()

    def _build(self) -> None:
        for choice, text in CHOSEN.items():
            self.choice.addItem(text, choice)
        for order, text in ORDERS.items():
            self.order.addItem(text, order)
        self.choice.setAccessibleName("Which games")
        self.choice.setToolTip("<p>True successes: the final image fools the model without the defense, too.</p>")
        self.order.setAccessibleName("Sorted by")
        self.order.setToolTip("<p>Queries are counted as the attack's published evaluation does.</p>")
        self.direction.setCheckable(True)
        self.progress.hide()
        self.view.setModel(self.model)
        self.view.setItemDelegate(self.painter)
        size = self.painter.size(self.font())
        self.view.setGridSize(QSize(size.width() + 4, size.height() + 4))
        row = QHBoxLayout()
        for widget in (self.choice, self.order):
            row.addWidget(widget, 1)
        row.addWidget(self.direction)
        below = QHBoxLayout()
        below.addWidget(self.progress, 1)
        below.addStretch()
        below.addWidget(self.replay)
        below.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.problem)
        layout.addWidget(self.note)
        layout.addWidget(self.view, 1)
        layout.addLayout(below)
        layout.addStretch(0)

    def _connect(self) -> None:
        self.choice.activated.connect(self._arrange)
        self.order.activated.connect(self._arrange)
        self.direction.clicked.connect(self._turn)
        self.view.verticalScrollBar().valueChanged.connect(self._load_visible)
        self.view.activated.connect(lambda index: self._replay(self.model.tile(index.row())))
        self.view.selectionModel().selectionChanged.connect(self._show_selection)
        self.replay.clicked.connect(lambda: self._replay(*self.chosen()))
        self.save.clicked.connect(self._ask_folder)
        self.reader.failed.connect(self._fail)
        self.reader.progressed.connect(self._show_progress)

    def _turn(self) -> None:
        down = self.direction.isChecked()
        self.direction.set_icon("mdi6.sort-descending" if down else "mdi6.sort-ascending")
        self.direction.setToolTip(
            "Largest first; click for smallest first" if down else "Smallest first; click for largest first"
        )
        self._arrange()

    def _arrange(self) -> None:
        self._held, self._look_again = set(), True
        self.model.clear()
        self._show_selection()
        self.view.scrollToTop()
        self.refresh()

    def _fail(self, kind: str, text: str, details: str) -> None:
        self.progress.hide()
        self._show_selection()
        self.toaster.error(text, details)

    def _show_counts(self, counts: dict[Choice, int]) -> None:
        for row, (choice, text) in enumerate(CHOSEN.items()):
            self.choice.setItemText(row, f"{text} ({counts[choice]:,})")
        total = counts[self.arrangement.choice]
        if counts != self._counts or total != self.model.rowCount():
            self._counts = counts
            self._held |= {tile.record.image for tile in self.chosen()}
            self.model.resize(total)
        self.view.setVisible(total > 0)
        self.note.setVisible(total == 0)
        self.note.setText("No game of this kind." if counts["all"] else "No game of this cell was played yet.")
        self._load_visible()

    def _show_page(self, page: Page) -> None:
        self._look_again = False
        self.model.put(page.first, page.tiles)
        self._select_held()
        self.problem.say(f"No originals: {page.problem}" if page.problem else "")
        self._show_selection()
        if page.first + len(page.tiles) < min(page.first + page.asked, self.model.rowCount()):
            self.refresh()  # there are fewer games by now
        else:
            self._load_visible()

    def _select_held(self) -> None:
        """Select the games that were selected before others came between them."""
        if not self._held:
            return
        games, selection = [self.model.index(row) for row in self.model.rows_of(self._held)], QItemSelection()
        self._held = set()
        for index in games:
            selection.select(index, index)
        flags = QItemSelectionModel.SelectionFlag
        self.view.selectionModel().select(selection, flags.ClearAndSelect)
        if games:
            self.view.selectionModel().setCurrentIndex(games[0], flags.NoUpdate)

    def _show_saved(self, saved: Saved) -> None:
        self.progress.hide()
        self._show_selection()
        self.toaster.info(saved.sentence)

    def _load_visible(self) -> None:
        if not self.cell or not self.model.rowCount():
            return
        first, last = self.view.visible_rows()
        if self.model.missing(first, last):
            first = max(0, first - (last - first) // 2)
            most = 2 * (last - first + 1)
            job = page_job(self._stages, self.cell, self.arrangement, first, most, again=self._look_again)
            self.reader.ask("tiles", self._path, job, self._show_page)

    def _show_selection(self) -> None:
        games = self.chosen() if self.cell else []
        saving = self.reader.busy("save")
        self.replay.setEnabled(len(games) == 1 and not saving)
        self.replay.setToolTip(SAVING if saving else REPLAY)
        self.save.setEnabled(bool(games) and not saving)
        self.save.setToolTip(SAVING if saving else SAVE)
        self.save.setText(f"Save {len(games):,} as PNG…" if len(games) > 1 else "Save as PNG…")

    def _replay(self, tile: Tile | None) -> None:
        if self.reader.busy("save"):
            self.toaster.info(SAVING + ".")
        elif self.cell and tile and tile.record.status != "error":
            job = replay_job(self._stages, self.cell, tile.record)
            self.reader.ask("replay", self._path, job, self.replay_wanted.emit)

    def _ask_folder(self) -> None:
        if folder := QFileDialog.getExistingDirectory(self, "Folder for the images"):
            self.save_into(Path(folder))

    def _show_progress(self, _: str, done: int, total: int) -> None:
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress.setFormat("Saving %v of %m")
        self.progress.show()


class _View(QListView):
    """A wrapping list of tiles of one size."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Games of the cell")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def visible_rows(self) -> tuple[int, int]:
        """The first and the last row that can be seen."""
        grid, port = self.gridSize(), self.viewport()
        columns = max(1, port.width() // grid.width())
        top = self.verticalScrollBar().value() // grid.height()
        rows = port.height() // grid.height() + 2
        return top * columns, min((top + rows) * columns, self.model().rowCount()) - 1
