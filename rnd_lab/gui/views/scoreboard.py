"""The figures of both sides beside each other."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QWidget

from rnd_lab.defenses.defense import detectors
from rnd_lab.gui.views.colours import SideColours
from rnd_lab.gui.views.figures import ACCOUNT, CRITERIA, MAIN, NOTHING, Line, figures
from rnd_lab.gui.views.marks import BudgetBar, Chip
from rnd_lab.gui.views.pace import Pace
from rnd_lab.gui.views.story import side_title

if TYPE_CHECKING:
    from rnd_lab.experiments.duel import SideName, Snapshot
    from rnd_lab.experiments.run_spec import RunSpec

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Scoreboard(QScrollArea):
    """A column of figures and verdicts for each side; ``cells`` and ``chips`` are found by side and key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells: dict[tuple[SideName, str], QLabel] = {}
        self.chips: dict[tuple[SideName, str], Chip] = {}
        self.bars: dict[SideName, BudgetBar] = {}
        self.titles: dict[SideName, QLabel] = {}
        self._labels: dict[str, QLabel] = {}
        self._paces: dict[SideName, Pace] = {}
        self._colours: SideColours | None = None
        self._columns: dict[SideName, int] = {"defended": 1, "undefended": 2}
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 6, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        self._fill()
        body = QWidget()
        body.setLayout(self._grid)
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        body.setAutoFillBackground(False)
        self._make_room(list(self._columns))

    def reset(self, names: "list[SideName]", spec: "RunSpec") -> None:
        """Show no figures yet."""
        self._paces = {name: Pace() for name in names}
        self._make_room(names)
        for side, title in self.titles.items():
            title.setText(side_title(side, spec))
            title.setVisible(side in names)
            self.bars[side].setVisible(side in names)
            self.bars[side].show_share(0, self.bars[side].palette().color(QPalette.ColorRole.Mid))
        watched = bool(detectors(spec.defense, 0))
        self._labels["flagged"].setVisible(watched)
        for (side, key), cell in self.cells.items():
            self._write(side, key, NOTHING)
            cell.setVisible(side in names and (key != "flagged" or (watched and side == "defended")))
        for (side, _), chip in self.chips.items():
            chip.show_verdict(None)
            chip.setVisible(side in names)
        for line in CRITERIA:
            label = self._labels[line.key]
            label.setText(line.label.format(k=spec.referee.votes))
            ending = " This criterion ends the game." if spec.referee.ends == line.key else ""
            label.setToolTip(f"<p>{line.help.format(k=spec.referee.votes)}{ending}</p>")

    def show_snapshot(self, snapshot: "Snapshot", spec: "RunSpec") -> None:
        """Show the figures of a moment."""
        for side, view in snapshot.sides.items():
            pace = self._paces[side]
            pace.see(view.account.paid)
            for key, text in figures(view, spec, pace).items():
                self._write(side, key, text)
            if self._colours:
                self.bars[side].show_share(view.account.paid / spec.threat.allowance, self._colours.of(side))
            verdicts = {str(key): won for key, won in view.outcome.verdicts.items()} if view.outcome else {}
            for line in CRITERIA:
                self.chips[side, line.key].show_verdict(verdicts.get(line.key))

    def recolour(self, colours: SideColours) -> None:
        """Take other colours."""
        self._colours = colours
        for side, title in self.titles.items():
            palette = title.palette()
            palette.setColor(QPalette.ColorRole.WindowText, colours.of(side))
            title.setPalette(palette)
            self.bars[side].show_share(self.bars[side].share, colours.of(side))

    def _make_room(self, names: "list[SideName]") -> None:
        """Columns wide enough for any figure, so that nothing moves while a game is played."""
        widest = self.fontMetrics().horizontalAdvance("0.0471 (12/255)")
        for side, column in self._columns.items():
            self._grid.setColumnMinimumWidth(column, widest if side in names else 0)
        labels = self.fontMetrics().horizontalAdvance("Noise-free model")
        self.setMinimumWidth(labels + len(names) * (widest + 12) + 24)

    def _fill(self) -> None:
        grid = self._grid
        for side, column in self._columns.items():
            self.titles[side] = _strong(QLabel())
            self.bars[side] = BudgetBar()
            grid.addWidget(self.titles[side], 0, column, RIGHT)
            grid.addWidget(self.bars[side], 2, column)
        self._add_line(1, MAIN[0])
        for row, line in enumerate(MAIN[1:], 3):
            self._add_line(row, line)
        row = self._add_heading(grid.rowCount(), "Fooled in the end?", "Each criterion, judged on the final image.")
        for line in CRITERIA:
            self._add_label(row, line)
            for side, column in self._columns.items():
                chip = self.chips[side, line.key] = Chip()
                chip.setAccessibleName(f"{side} {line.label.format(k='k')}")
                grid.addWidget(chip, row, column)
            row += 1
        row = self._add_heading(row, "Queries by purpose", "Every forward of the game is counted, whoever asked.")
        for offset, line in enumerate(ACCOUNT):
            self._add_line(row + offset, line)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(grid.rowCount(), 1)

    def _add_heading(self, row: int, text: str, help: str) -> int:
        label = _strong(QLabel(text))
        label.setToolTip(f"<p>{help}</p>")
        self._grid.setRowMinimumHeight(row, label.sizeHint().height() + 7)
        self._grid.addWidget(label, row, 0, 1, 3, Qt.AlignmentFlag.AlignBottom)
        return row + 1

    def _add_line(self, row: int, line: Line) -> None:
        self._add_label(row, line)
        for side, column in self._columns.items():
            cell = self.cells[side, line.key] = QLabel()
            self._write(side, line.key, NOTHING)
            cell.setToolTip(f"<p>{line.help}</p>")
            self._grid.addWidget(cell, row, column, RIGHT)

    def _write(self, side: "SideName", key: str, text: str) -> None:
        """Show a figure; a screen reader reads the name alone, so that the figure is in it."""
        cell = self.cells[side, key]
        cell.setText(text)
        cell.setAccessibleName(f"{side} {self._labels[key].text()}: {text}")

    def _add_label(self, row: int, line: Line) -> None:
        label = self._labels[line.key] = QLabel(line.label)
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        label.setToolTip(f"<p>{line.help}</p>")
        self._grid.addWidget(label, row, 0)


def _strong(label: QLabel) -> QLabel:
    font = label.font()
    font.setWeight(QFont.Weight.DemiBold)
    label.setFont(font)
    return label
