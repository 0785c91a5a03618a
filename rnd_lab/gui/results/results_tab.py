"""All evaluations of a results file: found, read, annotated, compared, exported, deleted, run again."""

from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QSplitter, QVBoxLayout, QWidget

from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.experiments.run_spec import explain
from rnd_lab.gui.places import Places
from rnd_lab.gui.results.compare_dialog import CompareDialog
from rnd_lab.gui.results.details import Details
from rnd_lab.gui.results.evaluation_list import EvaluationList
from rnd_lab.gui.results.export_dialog import ExportDialog
from rnd_lab.gui.results.file_bar import FileBar
from rnd_lab.gui.results.reader import Reader, Turn
from rnd_lab.gui.results.reading import Inquiries
from rnd_lab.gui.results.undo_bar import UndoBar
from rnd_lab.gui.toast import Toaster
from rnd_lab.reports.cautions import Caution
from rnd_lab.reports.report import Format
from rnd_lab.reports.table import Table
from rnd_lab.results.browsing import Overview
from rnd_lab.results.database import Database


class ResultsTab(QWidget):
    """The list on the left, the selected evaluation on the right.

    Signals: ``rerun_wanted(evaluation)`` its spec; ``explore_wanted(number)``; ``file_changed(path)`` another results
    file is shown; ``changed()`` when something was written.
    """

    rerun_wanted = Signal(object)
    explore_wanted = Signal(int)
    file_changed = Signal(object)
    changed = Signal()

    def __init__(self, places: Places, toaster: Toaster, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.toaster = toaster
        self.lister, self.reader, self.exporter = Reader(self), Reader(self), Reader(self)
        self.list = EvaluationList(self.lister, places.results)
        self.details = Details()
        self.file_bar = FileBar(places.results)
        self.undo_bar = UndoBar()
        self._inquiries = Inquiries()
        self._shown: tuple[Overview, ...] = ()
        self._again = False
        self._folder = Path.home()
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list, 1)
        column.addWidget(self.undo_bar)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.details)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([470, 910])
        layout = QVBoxLayout(self)
        layout.addWidget(self.file_bar)
        layout.addWidget(self.splitter, 1)
        self._connect()

    @property
    def path(self) -> Path:
        """The results file that is shown."""
        return self.list.path

    def open_file(self, path: Path) -> None:
        """Show another results file once it is read; where it cannot be read, this one stays."""
        self.list.open_file(path)

    def open_own(self) -> None:
        """Show the lab's own results."""
        self.open_file(self.list.own)

    def refresh(self) -> None:
        """Read again what there is; games that came since are added."""
        self.list.refresh()

    def finish(self) -> None:
        """Keep the note that is being typed, give up what is being read, and end the threads."""
        self.details.note.keep()
        if self.exporter.busy("export"):
            self.toaster.warn("The report that was being written is not complete. Write it again.")
        for reader in (self.lister, self.reader, self.exporter):
            reader.close()

    def export(self, folder: Path, formats: Sequence[Format]) -> None:
        """Write a report about the selected evaluations to a folder."""
        numbers = [it.id for it in self._shown]
        self.exporter.ask("export", self.path, self._inquiries.export(numbers, folder, formats), self._exported)
        self.toaster.info("The report is being written. With many games this takes a while.")
        self._show_exporting()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.refresh()

    def _connect(self) -> None:
        self.list.chosen.connect(self._show)
        self.list.open_wanted.connect(self._ask_file)
        self.list.opened.connect(self._opened)
        self.list.delete_wanted.connect(self._delete)
        self.undo_bar.undone.connect(lambda numbers: self._put(numbers, self._written, into_bin=False))
        self.file_bar.own_wanted.connect(self.open_own)
        details = self.details
        details.noted.connect(self._annotate)
        details.explore_wanted.connect(lambda: self.explore_wanted.emit(self._shown[0].id))
        details.rerun_wanted.connect(self._read_spec)
        details.compare_wanted.connect(self._compare)
        details.export_wanted.connect(self._ask_export)
        details.delete_wanted.connect(self._delete)
        details.costs_wanted.connect(self._read_costs)
        for reader in (self.lister, self.reader, self.exporter):
            reader.failed.connect(self._fail)
            reader.progressed.connect(self._show_progress)

    def _opened(self) -> None:
        """Forget the file before; what was selected in it is no longer."""
        self.undo_bar.forget()
        self._inquiries = Inquiries()
        self.file_bar.show_file(self.path)
        self.file_changed.emit(self.path)

    def _show(self, overviews: Sequence[Overview]) -> None:
        """Show the selected evaluations; the cells are read where they are others or have more games."""
        shown, before = tuple(overviews), self._shown
        self.details.show_overviews(shown, in_bin=self.list.bin.isChecked(), own=self.file_bar.is_own)
        self._shown = shown
        if len(shown) != 1:
            self.reader.give_up("cells")
            self.reader.give_up("costs")
        elif [it.id for it in before] != [shown[0].id]:
            self.reader.give_up("costs")
            self._read_cells()
        else:
            self._again |= shown != before
            self._read_again()

    def _read_cells(self) -> None:
        self._again = False
        self.reader.ask("cells", self.path, self._inquiries.cells(self._shown[0].id), self._show_cells)

    def _read_costs(self) -> None:
        if not self.reader.busy("costs"):
            self.reader.ask("costs", self.path, self._inquiries.costs(self._shown[0].id), self._show_costs)

    def _read_again(self) -> None:
        """Read the cells that have more games by now, once what is being read is there."""
        if self._again and not self.reader.busy("cells") and not self.reader.busy("costs"):
            self._read_cells()

    def _show_cells(self, found: tuple[Table, tuple[Caution, ...]]) -> None:
        self.details.show_cells(*found)
        self._read_again()

    def _show_costs(self, table: Table) -> None:
        self.details.show_costs(table)
        self._read_again()

    def _written(self, _: None) -> None:
        self.changed.emit()
        self.refresh()

    def _fail(self, kind: str, text: str, details: str) -> None:
        self.details.progress.hide()
        self._show_exporting()
        self.toaster.error(text, details)

    def _exported(self, told: str) -> None:
        self._show_exporting()
        self.toaster.info(told)

    def _show_exporting(self) -> None:
        self.details.show_exporting(self.exporter.busy("export"))

    def _show_progress(self, kind: str, done: int, total: int) -> None:
        texts = {"cells": "Reading", "costs": "Working out intervals"}
        if kind in texts and not (kind == "cells" and self.details.failures.source.table.rows):
            self.details.show_progress(texts[kind], done, total)

    def _annotate(self, note: str) -> None:
        number = self._shown[0].id
        self.lister.ask(
            "note", self.path, lambda database, turn: database.annotate(number, note), self._written, always=True
        )

    def _delete(self) -> None:
        """Put the selected evaluations into the bin, or take them out."""
        if not self._shown:
            return
        numbers, names = tuple(it.id for it in self._shown), ", ".join(it.name for it in self._shown)
        path, in_bin = self.path, self.list.bin.isChecked()

        def then(_: None) -> None:
            if not in_bin and path == self.path:
                self.undo_bar.remember(names, numbers)
            self._written(None)

        self._put(numbers, then, into_bin=not in_bin)

    def _put(self, numbers: Sequence[int], then: Callable[[None], None], *, into_bin: bool) -> None:
        def job(database: Database, turn: Turn) -> None:
            for number in numbers:
                database.delete(number, deleted=into_bin)

        self.lister.ask("delete", self.path, job, then, always=True)

    def _compare(self) -> None:
        rows = self.details.failures.selected_rows() if len(self._shown) == 1 else []
        job = self._inquiries.compare([it.id for it in self._shown], rows)
        self.reader.ask("compare", self.path, job, lambda table: self._open(CompareDialog(table, self.window())))

    def _read_spec(self) -> None:
        number = self._shown[0].id
        self.lister.ask("spec", self.path, lambda database, turn: database.evaluation(number).spec, self._rerun)

    def _rerun(self, text: str) -> None:
        try:
            self.rerun_wanted.emit(EvaluationSpec.model_validate_json(text))
        except ValidationError as error:
            self.toaster.error("This evaluation was made by another version and cannot be run again.", explain(error))

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Results file", str(self.path.parent), "Results (*.db);;All (*)")
        if name:
            self.open_file(Path(name))

    def _ask_export(self) -> None:
        dialog = ExportDialog(self._folder / "rnd-lab-report", self.window())
        dialog.accepted.connect(lambda: self.export(dialog.folder, dialog.formats))
        self._open(dialog)

    def _open(self, dialog: QDialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
