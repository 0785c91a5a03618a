"""What was measured: progress, the plot, the answers, and what can be done with them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from rnd_lab.defenses.defense import DefenseSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.gui.calibrate.answers import ModelRow, answers_table, caution, points
from rnd_lab.gui.calibrate.chart import AccuracyChart, AccuracyLine
from rnd_lab.gui.calibrate.progress import ProgressLines
from rnd_lab.gui.calibrate.spec import CalibrationSpec
from rnd_lab.gui.explore.chart_frame import ChartFrame
from rnd_lab.gui.results.report_table import ReportTable
from rnd_lab.gui.save_question import ask_where
from rnd_lab.gui.toast import Toaster
from rnd_lab.gui.widgets import Problem, empty_page, flat
from rnd_lab.models.spec import ModelSpec
from rnd_lab.reports.calibration import Calibrated, answers_csv, curves_csv

MOST_ROWS = 4
"""Rows of the table that are in view at once."""
EMPTY = (
    "How much noise can your model bear?\n\nTick models on the left, choose images, and press Measure. Each model is "
    "asked once about every image under every ν of the range. You get its accuracy over ν, and the largest ν that "
    "costs at most the loss that you allow, with intervals.\n\nThe samples show how it works; for an answer to rely "
    "on choose thousands of images, such as CIFAR-10's test set."
)
ANSWERS, CURVES = "The answers, a row for each model (*.csv)", "The curves, a row for each ν (*.csv)"


class ResultView(QWidget):
    """The right half of the page. ``rows`` are the models of the measurement, in its order.

    Signals: ``use_wanted(model, stack)`` for the button.
    """

    use_wanted = Signal(object, object)

    def __init__(self, toaster: Toaster) -> None:
        super().__init__()
        self.toaster = toaster
        self.rows: list[ModelRow] = []
        self._spec = CalibrationSpec()
        self.progress = ProgressLines()
        self.chart = AccuracyChart()
        self.frame = ChartFrame(self.chart, toaster)
        self.frame.save.hide()  # the button below says it in words
        self.table = ReportTable("Answers")
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.selectionModel().selectionChanged.connect(self._enable)
        self.caution = Problem()
        self.use = flat(QPushButton("Use this ν"))
        self.use.setToolTip("<p>Set up the chosen model with RND of this ν in the Attack tab.</p>")
        self.use.clicked.connect(self._use)
        self.save_plot = flat(QPushButton("Save plot…"))
        self.save_plot.setToolTip("Save the plot as SVG or PNG")
        self.save_plot.clicked.connect(self.chart.save_wanted)
        self.save_table = flat(QPushButton("Save table…"))
        self.save_table.setToolTip("Save the answers or the whole curves as CSV")
        self.save_table.clicked.connect(self._ask_file)
        self._pages = QStackedWidget()
        self._pages.addWidget(empty_page(EMPTY))
        self._pages.addWidget(self._result_page())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.addWidget(self._pages)

    @property
    def found(self) -> list[Calibrated]:
        """What is known of the models so far, under the names of the table."""
        return [replace(row.found, name=row.title) for row in self.rows if row.found]

    def begin(self, spec: CalibrationSpec, titles: Sequence[str]) -> None:
        """Another measurement is run."""
        self._spec = spec
        self.rows = [ModelRow(model, title) for model, title in zip(spec.models, titles, strict=True)]
        self._pages.setCurrentIndex(1)
        self.progress.begin()
        self.table.clearSelection()
        self._show()
        self.table.select_row(0)

    def allow(self, spec: CalibrationSpec) -> None:
        """Answer for the allowed loss of ``spec``, from what was measured."""
        if spec.max_loss != self._spec.max_loss:
            self._spec = self._spec.model_copy(update={"max_loss": spec.max_loss})
            self._show()

    def show_found(self, place: int, found: Calibrated) -> None:
        """Show what is known of a model now."""
        known, wanted = len(found.curve.nus), len(self._spec.nus)
        state = "done" if known == wanted else f"{known} of {wanted} ν"
        self._put(place, replace(self.rows[place], found=found, state=state))

    def show_state(self, place: int, state: str, problem: str = "") -> None:
        """Say what is done with a model, or why it cannot be measured."""
        self._put(place, replace(self.rows[place], state=state, problem=problem))

    def rest(self) -> None:
        """Nothing is being measured."""
        self.progress.rest()
        self.rows = [row if row.found or row.problem else replace(row, state="–") for row in self.rows]
        self._show()

    def save_csv(self, path: Path, *, curves: bool) -> None:
        """Save the answers, or the whole curves, and say so."""
        text = curves_csv(self.found) if curves else answers_csv(self.found, self._spec.loss)
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            self.toaster.error(f"{path} cannot be written: {error.strerror or error}. Choose another place.")
        else:
            self.toaster.info(f"{path.name} holds the {'curves' if curves else 'answers'}.")

    def _result_page(self) -> QWidget:
        page = QWidget()
        buttons = QHBoxLayout()
        for button in (self.use, self.save_plot, self.save_table):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.progress)
        column.addWidget(self.frame, 1)
        column.addWidget(self.table)
        column.addWidget(self.caution)
        column.addLayout(buttons)
        return page

    def _put(self, place: int, row: ModelRow) -> None:
        self.rows[place] = row
        self._show()

    def _show(self) -> None:
        lines = [AccuracyLine(index, row.title, row.found.curve) for index, row in enumerate(self.rows) if row.found]
        self.frame.title.say(_title(self.found, self._spec.loss))
        self.chart.show_lines(lines, self._spec.nus, self._spec.loss)
        self.table.show_table(answers_table(self.rows, self._spec.loss))
        self._fit_table()
        self.caution.say(caution(self.rows, self._spec.loss))
        self._enable()

    def _fit_table(self) -> None:
        """As high as its rows, or some of them; the names of the models give way to the figures."""
        for column in range(self.table.model().columnCount()):
            mode = QHeaderView.ResizeMode
            self.table.horizontalHeader().setSectionResizeMode(
                column, mode.ResizeToContents if column else mode.Stretch
            )
        lines = min(max(len(self.rows), 1), MOST_ROWS)
        head = self.table.horizontalHeader().sizeHint().height()
        self.table.setFixedHeight(head + lines * self.table.verticalHeader().defaultSectionSize() + 4)

    def _enable(self) -> None:
        self.use.setEnabled(self._chosen() is not None)
        for button in (self.save_plot, self.save_table):
            button.setEnabled(bool(self.found))

    def _chosen(self) -> tuple[ModelSpec, tuple[DefenseSpec, ...]] | None:
        """The chosen model with RND of its largest ν in front of what is inside it, if it bears any noise."""
        for row in (self.rows[place] for place in self.table.selected_rows() if place < len(self.rows)):
            answer = row.answer(self._spec.loss)
            if row.found and answer and answer.largest.value > 0:
                return row.model, (RndSpec(nu=answer.largest.value), *row.found.inside)
        return None

    def _use(self) -> None:
        if chosen := self._chosen():
            self.use_wanted.emit(*chosen)

    def _ask_file(self) -> None:
        path, kind = ask_where(self, "Save the table", "calibration.csv", f"{ANSWERS};;{CURVES}")
        if path:
            self.save_csv(path, curves=kind == CURVES)


def _title(found: Sequence[Calibrated], max_loss: float) -> str:
    if not found:
        return "Accuracy over ν"
    return f"Accuracy over ν, {found[0].curve.images:,} images, 95 % intervals; ring: loss ≤ {points(max_loss)}"
