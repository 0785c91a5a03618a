"""One evaluation in full: its note, its warnings, and a table of its cells."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QTabWidget, QVBoxLayout, QWidget

from rnd_lab.gui.results.evaluation_model import state
from rnd_lab.gui.results.file_bar import OWN_ONLY
from rnd_lab.gui.results.note_edit import NoteEdit
from rnd_lab.gui.results.report_table import EMPTY, ReportTable
from rnd_lab.gui.times import begun
from rnd_lab.gui.views.image_frame import ElidedLabel
from rnd_lab.gui.widgets import IconButton, Muted, Problem
from rnd_lab.primitives.amounts import amount
from rnd_lab.reports.cautions import Caution
from rnd_lab.reports.table import Table
from rnd_lab.results.browsing import Overview

NOTHING = "Choose an evaluation on the left to see its cells. Choose two to compare them."
RERUN = "Put it into the form of the Batch tab, where Run plays what is missing"
EXPORT = "Report and figures as HTML, LaTeX, CSV or JSON"
EXPORTING = "The report before is still being written"
MOST_PLACES = 20
"""Places of one warning that the tooltip lists; the report lists them all."""
SEVERAL = "Compare two on the same images, cell by cell, or export all of them into one report."


class Details(QWidget):
    """Shows what the tab has read.

    Signals: ``noted(note)``; ``explore_wanted()``, ``rerun_wanted()``, ``compare_wanted()``, ``export_wanted()``,
    ``delete_wanted()`` (or restore, in the bin); ``costs_wanted()`` when the table of queries is looked at.
    """

    noted = Signal(str)
    explore_wanted = Signal()
    rerun_wanted = Signal()
    compare_wanted = Signal()
    export_wanted = Signal()
    delete_wanted = Signal()
    costs_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title, self.about = ElidedLabel(), Muted()
        self.note = NoteEdit()
        self.warnings = Problem()
        self.hint = Muted(NOTHING)
        self.progress = QProgressBar()
        self.explore = IconButton("mdi6.chart-line", "Show its plots and images in the Explore tab", "Explore")
        self.rerun = IconButton("mdi6.play", RERUN, "Run again")
        self.compare = IconButton("mdi6.compare-horizontal", "", "Compare")
        self.export = IconButton("mdi6.export", EXPORT, "Export…")
        self.delete = IconButton("mdi6.delete-outline", "", "Delete")
        self.failures, self.costs = ReportTable("Failure rates"), ReportTable("Queries")
        self.tables = QTabWidget()
        self._overviews: Sequence[Overview] = ()
        self._exporting = False
        self._build()
        self._connect()
        self.show_overviews((), in_bin=False, own=True)

    def show_overviews(self, overviews: Sequence[Overview], *, in_bin: bool, own: bool) -> None:
        """Show the heads of the selected evaluations; the tables of others are taken away.

        Only those of the lab's ``own`` results can be run again.
        """
        other = [it.id for it in overviews] != [it.id for it in self._overviews]
        if other:
            self.note.keep()  # it is of those that were shown
        self._overviews = overviews
        one = overviews[0] if len(overviews) == 1 else None
        self.title.say(one.name if one else f"{len(overviews)} evaluations" if overviews else "")
        self.about.setText(
            f"{begun(one.created)} · {amount(one.cells, 'cells')} · {state(one)} · no. {one.id}" if one else ""
        )
        for widget in (self.note, self.about, self.tables):
            widget.setVisible(one is not None)
        self.hint.setText(SEVERAL if overviews else NOTHING)
        self.hint.setVisible(one is None)
        if one:
            self.note.show_note(one.note)
        if other:
            self.failures.show_table(EMPTY)
            self.costs.show_table(EMPTY)
            self.warnings.say("")
            self.progress.hide()
        self.delete.setText("Restore" if in_bin else "Delete")
        self.delete.set_icon("mdi6.delete-restore" if in_bin else "mdi6.delete-outline")
        self.delete.setToolTip("Take it out of the bin" if in_bin else "Put it into the bin (Del); nothing is erased")
        for button, there in (
            (self.explore, one is not None and not in_bin),
            (self.rerun, one is not None and not in_bin and own),
            (self.delete, bool(overviews)),
        ):
            button.setEnabled(there)
        self.rerun.setToolTip(RERUN if own else OWN_ONLY)
        self._show_export()
        self._show_compare()

    def show_exporting(self, exporting: bool) -> None:
        """Lock the export while a report is being written."""
        self._exporting = exporting
        self._show_export()

    def show_cells(self, table: Table, cautions: Sequence[Caution]) -> None:
        """Show the failure rates and the warnings."""
        self.progress.hide()
        self.failures.show_table(table)
        self.warnings.say("\n".join(_line(it) for it in cautions))
        self.warnings.setToolTip("\n\n".join("\n".join(it.lines(MOST_PLACES)) for it in cautions))
        self._show_compare()
        self._look()

    def show_costs(self, table: Table) -> None:
        """Show the queries."""
        self.progress.hide()
        self.costs.show_table(table)

    def show_progress(self, text: str, done: int, total: int) -> None:
        """Say how far something that takes a moment is."""
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.progress.setFormat(f"{text}: %v of %m cells")
        self.progress.show()

    def _build(self) -> None:
        font = QFont(self.title.font())
        font.setWeight(QFont.Weight.DemiBold)
        font.setPointSizeF(font.pointSizeF() * 1.2)
        self.title.setFont(font)
        self.warnings.setTextFormat(Qt.TextFormat.PlainText)
        self.progress.hide()
        self.tables.addTab(self.failures, "Failure rates")
        self.tables.addTab(self.costs, "Queries")
        self.tables.setDocumentMode(True)
        buttons = QHBoxLayout()
        for button in (self.explore, self.rerun, self.compare, self.export, self.delete):
            buttons.addWidget(button)
        buttons.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.title)
        layout.addWidget(self.about)
        layout.addLayout(buttons)
        for widget in (self.note, self.warnings, self.hint):
            layout.addWidget(widget)
        layout.addWidget(self.tables, 1)
        layout.addWidget(self.progress)
        layout.addStretch()

    def _connect(self) -> None:
        self.note.kept.connect(self.noted)
        for button, signal in (
            (self.explore, self.explore_wanted),
            (self.rerun, self.rerun_wanted),
            (self.compare, self.compare_wanted),
            (self.export, self.export_wanted),
            (self.delete, self.delete_wanted),
        ):
            button.clicked.connect(signal)
        self.tables.currentChanged.connect(self._look)
        self.failures.selectionModel().selectionChanged.connect(self._show_compare)

    def _look(self) -> None:
        if self.tables.currentWidget() is self.costs and self.failures.source.table.rows:
            self.costs_wanted.emit()

    def _show_export(self) -> None:
        self.export.setEnabled(bool(self._overviews) and not self._exporting)
        self.export.setToolTip(EXPORTING if self._exporting else EXPORT)

    def _show_compare(self) -> None:
        cells, evaluations = len(self.failures.selected_rows()), len(self._overviews)
        self.compare.setEnabled(evaluations == 2 or (evaluations == 1 and cells > 1))
        self.compare.setToolTip(
            "Compare these two evaluations on the same images"
            if evaluations == 2
            else f"Compare the {cells} selected cells on the same images"
            if cells > 1
            else "Select two evaluations, or two cells in the table of failure rates, to compare them"
        )


def _line(caution: Caution) -> str:
    return f"{caution.text} ({amount(len(caution.places), 'places')}; the tooltip tells where)"
