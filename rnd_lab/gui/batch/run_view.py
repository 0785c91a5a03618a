"""What is being played: progress, speed, the table of cells, and warnings."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from rnd_lab.evaluation.run import Progress
from rnd_lab.gui.batch.bars import ResumeBar, WaitingBar
from rnd_lab.gui.batch.cell_table import CellTable
from rnd_lab.gui.times import duration
from rnd_lab.gui.widgets import Muted, SearchLine, empty_page
from rnd_lab.reports.cautions import Caution

STEPS = 1000
MOST_PLACES = 5
"""Places of one warning that are listed; the report lists them all."""
EMPTY = (
    "Set up an evaluation on the left, or open one, and run it.\n\nEvery cell is a defended model under one attack, "
    "played over all images. Finished games are kept at once: stop, close or crash, and it goes on where it was."
)


class RunView(QWidget):
    """The right half of the tab."""

    def __init__(self) -> None:
        super().__init__()
        self.resume, self.waiting = ResumeBar(), WaitingBar()
        self.title, self.state = QLabel(), QLabel()
        font = self.title.font()
        font.setPointSizeF(font.pointSizeF() * 1.2)
        font.setWeight(QFont.Weight.DemiBold)
        self.title.setFont(font)
        self.games, self.speed, self.left = QLabel(), QLabel(), QLabel()
        self.speed.setToolTip(
            "<p>Images that pass the network a second, on average since this run began. An answer of RSE takes "
            "several passes (published: ten); one that is known already takes none.</p>"
        )
        self.left.setToolTip(
            "<p>If games go on to end as often as they did in this run. Easy images end first, so it may take longer."
            "</p>"
        )
        self.bar = QProgressBar()
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(12)
        self.search = SearchLine("Find cells: words of the title (Ctrl+F)")
        self.search.setAccessibleName("Find cells")
        self.search.setMinimumWidth(280)
        self.table = CellTable()
        self.search.textChanged.connect(self.table.sorted.search)
        find = QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.warnings = Muted()
        self.warnings.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._pages = QStackedWidget()
        self._pages.addWidget(empty_page(EMPTY))
        self._pages.addWidget(self._playing_page())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.addWidget(self.resume)
        layout.addWidget(self.waiting)
        layout.addWidget(self._pages, 1)
        self._first: int | None = None

    def begin(self, name: str) -> None:
        """Another evaluation is run."""
        self._pages.setCurrentIndex(1)
        self.title.setText(name)
        self.table.cells.clear()
        self.warn(())
        self.bar.setValue(0)
        self._first = None
        for label in (self.games, self.speed, self.left):
            label.setText("")

    def show_state(self, text: str) -> None:
        """Say what is going on."""
        self.state.setText(text)

    def show_progress(self, progress: Progress) -> None:
        """Show where the run is."""
        if self._first is None:
            self._first = progress.done
        self.games.setText(f"{progress.done:,} of {progress.total:,} games")
        self.bar.setValue(STEPS * progress.done // max(progress.total, 1))
        self.speed.setText(f"{progress.speed:,.0f} passes/s" if progress.passes else "")
        ended, missing = progress.done - self._first, progress.total - progress.done
        self.left.setText(f"about {duration(missing * progress.seconds / ended)} left" if ended and missing else "")

    def rest(self) -> None:
        """Nothing is being played."""
        self.speed.setText("")
        self.left.setText("")

    def warn(self, cautions: tuple[Caution, ...]) -> None:
        """Show what a reader of the table must know."""
        self.warnings.setText("\n\n".join("⚠ " + "\n".join(it.lines(MOST_PLACES)) for it in cautions))
        self._warned.setVisible(bool(cautions))

    def _playing_page(self) -> QWidget:
        page = QWidget()
        figures = QGridLayout()
        figures.setColumnStretch(1, 1)
        figures.addWidget(self.title, 0, 0)
        figures.addWidget(self.state, 0, 1)
        facts = QHBoxLayout()
        facts.setSpacing(18)
        for label in (self.games, self.speed, self.left):
            facts.addWidget(label)
        facts.addStretch(1)
        facts.addWidget(self.search)
        self._warned = QScrollArea()
        self._warned.setWidget(self.warnings)
        self._warned.setWidgetResizable(True)
        self._warned.setFrameShape(QFrame.Shape.NoFrame)
        self.warnings.setAlignment(Qt.AlignmentFlag.AlignTop)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.table)
        parts.addWidget(self._warned)
        parts.setStretchFactor(0, 1)
        parts.setSizes([600, 110])
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(figures)
        column.addWidget(self.bar)
        column.addLayout(facts)
        column.addWidget(parts, 1)
        return page
