"""Look at an evaluation as plots, at a cell of it as pictures, and at a game in the Attack tab."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.experiments.run_spec import explain
from rnd_lab.gui.explore.atlas import Atlas
from rnd_lab.gui.explore.figures import Figures, figures
from rnd_lab.gui.explore.gallery import Gallery
from rnd_lab.gui.explore.panels import Plan, plan
from rnd_lab.gui.explore.refining import refined
from rnd_lab.gui.explore.telling import interval
from rnd_lab.gui.places import Places
from rnd_lab.gui.results.cell_cache import CellCache
from rnd_lab.gui.results.file_bar import OWN_ONLY, FileBar
from rnd_lab.gui.results.reader import Reader, Turn
from rnd_lab.gui.times import begun
from rnd_lab.gui.toast import Toaster
from rnd_lab.gui.views.image_frame import ElidedLabel
from rnd_lab.gui.widgets import Combo, Muted
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.statistics import Estimate
from rnd_lab.results.database import Database, StoredEvaluation

NOTHING = (
    "There are no results yet. Run an evaluation in the Batch tab, or open another results file in the Results tab."
)
REFINE = (
    "<p>Add values halfway to the neighbours of this cell, on the axes of the plot, to the evaluation. "
    "Games that are finished are not played again.</p>"
)
NOT_PLAYED = "No game of this evaluation was played yet. Run it in the Batch tab."


class ExploreTab(QWidget):
    """Plots on the left, the games of the chosen cell on the right. ``path`` is the results file that is shown.

    Signals: ``replay_wanted(run)`` to play a game again in the Attack tab; ``refine_wanted(evaluation)`` with more
    cells around a point; ``own_wanted()`` to show the lab's own results again.
    """

    replay_wanted = Signal(object)
    refine_wanted = Signal(object)
    own_wanted = Signal()

    def __init__(self, places: Places, toaster: Toaster, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.toaster = toaster
        self.path: Path = places.results
        self.reader = Reader(self)
        self.atlas = Atlas(toaster)
        self.gallery = Gallery(toaster)
        self.file_bar = FileBar(places.results)
        self.evaluation = Combo()
        self.note = Muted(NOTHING)
        self.cell_title = ElidedLabel()
        self.cell_figures = Muted()
        self.refine = QPushButton("Refine here")
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.chosen: Figures | None = None
        self._cache = CellCache(figures)
        self._evaluations: tuple[StoredEvaluation, ...] = ()
        self._wanted: int | None = None
        self._refined: EvaluationSpec | None = None
        self._again = False
        self._build()
        self._connect()

    def show_evaluation(self, number: int) -> None:
        """Show an evaluation by its number."""
        self._wanted = number
        self.refresh()

    def open_file(self, path: Path) -> None:
        """Show the evaluations of another results file once they are read; where they cannot be, this one stays."""
        self._wanted = None
        self._read_list(path)

    def refresh(self) -> None:
        """Read again what there is; games that came since are added to the plots."""
        if self.reader.busy("list") or self.reader.busy("cells"):
            self._again = True
        else:
            self._read_list(self.path)

    def finish(self) -> None:
        """Give up what is being read, and end the threads."""
        if self.gallery.reader.busy("save"):
            self.toaster.warn("Not all of the images were saved. Save them again.")
        self.reader.close()
        self.gallery.close_reader()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.refresh()

    def _build(self) -> None:
        self.evaluation.setAccessibleName("Evaluation")
        self.evaluation.setToolTip("The evaluation that is shown, the newest first")
        self.refine.setToolTip(REFINE)
        row = QHBoxLayout()
        row.addWidget(QLabel("Evaluation"))
        row.addWidget(self.evaluation, 1)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.note)
        column.addWidget(self.atlas, 1)
        column.addStretch()
        right = QWidget()
        side = QVBoxLayout(right)
        side.setContentsMargins(0, 0, 0, 0)
        head = QHBoxLayout()
        head.addWidget(self.cell_title, 1)
        head.addWidget(self.refine)
        side.addLayout(head)
        side.addWidget(self.cell_figures)
        side.addWidget(self.gallery, 1)
        self.splitter.addWidget(left)
        self.splitter.addWidget(right)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 2)
        self.splitter.setSizes([820, 560])
        layout = QVBoxLayout(self)
        layout.addWidget(self.file_bar)
        layout.addWidget(self.splitter, 1)
        self._leave()

    def _connect(self) -> None:
        self.evaluation.activated.connect(self._pick)
        self.atlas.chosen.connect(self._choose)
        self.atlas.medians_wanted.connect(self._ask_medians)
        self.gallery.replay_wanted.connect(self.replay_wanted)
        self.refine.clicked.connect(self._refine)
        self.file_bar.own_wanted.connect(self.own_wanted)
        self.reader.failed.connect(self._fail)
        self.reader.progressed.connect(self._show_progress)

    def _read_list(self, path: Path) -> None:
        if path.is_file():
            self.reader.ask(
                "list", path, lambda database, turn: database.evaluations(), lambda found: self._take_list(path, found)
            )
        else:
            self.reader.give_up("list")
            self._take_list(path, ())

    def _change_file(self, path: Path) -> None:
        """Forget the file before."""
        self.path, self._refined, self._evaluations = path, None, ()
        self._cache = CellCache(figures)
        self.evaluation.clear()
        self.reader.give_up("cells")
        self.reader.give_up("medians")
        self.file_bar.show_file(path)
        self.refine.setEnabled(self.file_bar.is_own)
        self.refine.setToolTip(REFINE if self.file_bar.is_own else OWN_ONLY)
        self._leave()

    def _take_list(self, path: Path, found: tuple[StoredEvaluation, ...]) -> None:
        """Offer the evaluations; the one that is wanted, or was shown, or else the newest is shown."""
        if path != self.path:
            self._change_file(path)
        if self._refined and (more := [it.id for it in found if it.spec == self._refined.model_dump_json()]):
            self._wanted, self._refined = more[0], None
        before = self.evaluation.currentData() if self._wanted is None else self._wanted
        if found != self._evaluations:  # else a list that is open would be closed
            self.evaluation.clear()
            for it in found:
                self.evaluation.addItem(f"{it.name} · {begun(it.created)} · no. {it.id}", it.id)
        self._wanted, self._evaluations = None, found
        self.evaluation.setCurrentIndex(max(0, self.evaluation.findData(before)))
        self.evaluation.setEnabled(bool(found))
        if found:
            self._read_cells()
        else:
            self._show_figures((), plan(()))
            self.note.setText(NOTHING)

    def _pick(self) -> None:
        """Show another evaluation; nothing of the one before stays in view until it is read."""
        self._refined = None
        self._leave()
        self.note.setText("Reading the evaluation …")
        self.note.show()
        self._read_cells()

    def _leave(self) -> None:
        self._choose(None)
        self.atlas.show_whole()
        self.atlas.hide()
        self.gallery.hide()

    def _read_cells(self) -> None:
        number, cache = self.evaluation.currentData(), self._cache

        def job(database: Database, turn: Turn) -> tuple[Sequence[Figures], Plan]:
            found = cache.read(database, number, turn)
            return found, plan(found)

        self.reader.ask("cells", self.path, job, self._take_cells)

    def _take_cells(self, result: tuple[Sequence[Figures], Plan]) -> None:
        self.note.setText(NOT_PLAYED)
        self._show_figures(*result)
        if self._again:
            self._again = False
            self.refresh()

    def _show_figures(self, found: Sequence[Figures], shown: Plan) -> None:
        played = any(it.attacked for it in found)
        self.note.setVisible(not played)
        self.atlas.setVisible(played)
        self.gallery.setVisible(played)
        self.atlas.curves.medians.clear()
        if played:
            self.atlas.show_plan(shown)
        same = [it for it in found if self.chosen and it.number == self.chosen.number]
        if not same:
            self._choose(None)
        elif same[0] != self.chosen:
            self._tell(same[0])
            self.gallery.refresh()

    def _fail(self, kind: str, text: str, details: str) -> None:
        self._again = False
        if kind == "cells":
            self.note.setText("This evaluation could not be read.")
        self.toaster.error(text, details)

    def _show_progress(self, kind: str, done: int, total: int) -> None:
        if kind == "cells" and not self.atlas.isVisible():
            self.note.setText(f"Reading cell {done + 1:,} of {total:,} …")

    def _ask_medians(self, cells: Sequence[Figures]) -> None:
        def job(database: Database, turn: Turn) -> dict[int, Estimate]:
            found = {}
            for number, it in enumerate(cells):
                turn.tell(number, len(cells))
                found[it.number] = it.estimate("median")
            return found

        if not self.reader.busy("medians"):
            self.reader.ask("medians", self.path, job, self.atlas.show_medians)

    def _choose(self, found: Figures | None) -> None:
        """Show the games of a cell."""
        self._tell(found)
        if found is None:
            self.atlas.select(None)
        self.gallery.show_cell(self.path, found.cell.cell if found else None)

    def _tell(self, found: Figures | None) -> None:
        self.chosen = found
        self.refine.setVisible(found is not None)
        self.cell_title.say(found.cell.cell.title if found else "")
        self.cell_figures.setVisible(found is not None)
        if found:
            self.cell_figures.setText(
                f"Failure rate {interval(found.estimate('failure'), 'failure')} · true success "
                f"{interval(found.estimate('true'), 'true')} · clean accuracy "
                f"{interval(found.estimate('accuracy'), 'accuracy')} · {found.state}"
            )

    def _refine(self) -> None:
        number = self.evaluation.currentData()
        stored = next((it for it in self._evaluations if it.id == number), None)
        if not stored or not self.chosen:
            return
        try:
            spec = EvaluationSpec.model_validate_json(stored.spec)
            self._refined = refined(spec, self.chosen.cell, self.atlas.axes)
            self.refine_wanted.emit(self._refined)
        except ValidationError as error:
            self.toaster.error("This evaluation was made by another version and cannot be refined.", explain(error))
        except LabError as error:
            self.toaster.warn(str(error))
