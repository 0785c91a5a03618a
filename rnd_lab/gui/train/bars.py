"""Bars above the plots: what there is to know about the folder, and what came of the run."""

from html import escape

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QFont
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from rnd_lab.gui.action_bar import PRIMARY
from rnd_lab.gui.widgets import IconButton, Muted, WarningSign, flat
from rnd_lab.models.card import Accuracy, ModelCard, Robustness
from rnd_lab.training.run import TrainingRun


def _raise(frame: QFrame) -> None:
    frame.setFrameShape(QFrame.Shape.StyledPanel)
    frame.setAutoFillBackground(True)
    frame.setBackgroundRole(frame.palette().ColorRole.AlternateBase)
    frame.hide()


class Notice(QFrame):
    """A sentence about the run in the folder, and buttons that help.

    Signals: ``recipe_wanted()`` to take over the settings of the run that is there; ``name_wanted()`` for another
    name and folder.
    """

    recipe_wanted = Signal()
    name_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        _raise(self)
        self._warning = WarningSign("mdi6.alert-outline", "Something is in the way")
        self._info = IconButton("mdi6.information-outline", "About the folder")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.recipe = flat(QPushButton("Use its settings"))
        self.recipe.setToolTip("<p>Take over the recipe of the run that is there, to go on with it.</p>")
        self.recipe.clicked.connect(self.recipe_wanted)
        self.name = flat(QPushButton("Another name"))
        self.name.setToolTip("<p>Train under a name whose folder is still free; this one stays as it is.</p>")
        self.name.clicked.connect(self.name_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 6, 10, 6)
        row.setSpacing(6)
        for sign in (self._warning, self._info):
            sign.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.addWidget(sign)
        row.addWidget(self.text, 1)
        row.addWidget(self.recipe)
        row.addWidget(self.name)

    def say(self, text: str, *, warning: bool = False, recipe: bool = False, name: bool = False) -> None:
        """Show a sentence and buttons; without a sentence nothing."""
        self.text.setText(text)
        self._warning.setVisible(warning)
        self._info.setVisible(not warning)
        self.recipe.setVisible(recipe)
        self.name.setVisible(name)
        self.setVisible(bool(text))


class ModelBar(QFrame):
    """A trained model: its measured figures, and what can be done with it.

    Signals: ``use_wanted()``, ``name_wanted()``.
    """

    use_wanted = Signal()
    name_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.use = flat(QPushButton("Use this model now"))
        self.use.setStyleSheet(PRIMARY)
        _raise(self)
        self.title = QLabel()
        font = self.title.font()
        font.setWeight(QFont.Weight.DemiBold)
        self.title.setFont(font)
        self.remark = Muted()
        self.use.setMinimumHeight(30)
        self.use.setToolTip("<p>Attack it: it becomes the model of the Attack tab.</p>")
        self.use.clicked.connect(self.use_wanted)
        self.another = flat(QPushButton("Train another"))
        self.another.setToolTip("<p>Begin a new run with these settings under a name whose folder is still free.</p>")
        self.another.clicked.connect(self.name_wanted)
        self.open = IconButton("mdi6.folder-open-outline", "Open the folder")
        self.open.clicked.connect(self._open)
        self._folder = ""
        self._figures = QWidget()
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        for button in (self.open, self.another, self.use):
            head.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 8, 8)
        self._column.setSpacing(4)
        self._column.addLayout(head)
        self._column.addWidget(self._figures)
        self._column.addWidget(self.remark)

    def show_model(self, run: TrainingRun, card: ModelCard) -> None:
        """Show a model that was trained and measured."""
        self._folder = str(run.folder)
        self.title.setText(f"“{card.name}” is ready")
        self.open.setToolTip(f"<p>Open the folder: {escape(str(run.weights))}, its card and its log.</p>")
        inside = card.defense.upper()
        self.remark.setText(f"Measured with the defense {inside} on; attack it with {inside} on too." if inside else "")
        self.remark.setVisible(bool(inside))
        figures = QWidget()
        grid = QGridLayout(figures)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(0)
        measured: list[Accuracy | Robustness] = [*card.accuracy, *card.robustness]
        for column, figure in enumerate(measured):
            for line, label in enumerate(_labels(figure)):
                grid.addWidget(label, line, column)
        grid.setColumnStretch(len(measured), 1)
        self._column.replaceWidget(self._figures, figures)
        self._figures.deleteLater()
        self._figures = figures
        self.show()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.use.setStyleSheet(PRIMARY)  # its palette() is not looked up again otherwise

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self._folder))


def _heading(figure: Accuracy | Robustness) -> str:
    if isinstance(figure, Robustness):
        return f"under PGD, {figure.epsilon * 255:g}/255"
    return f"under ν = {figure.nu:g}" if figure.nu else "clean"


def _labels(figure: Accuracy | Robustness) -> tuple[QLabel, QLabel, QLabel]:
    """A heading, a figure and its interval."""
    value = QLabel(f"{100 * figure.correct / figure.images:.2f} %")
    font = value.font()
    font.setPointSizeF(font.pointSizeF() * 1.4)
    value.setFont(font)
    tip = f"<p>{figure.correct:,} of {figure.images:,} test images, with the 95 % interval of the accuracy.</p>"
    labels = (Muted(_heading(figure)), value, Muted(f"{100 * figure.low:.1f} – {100 * figure.high:.1f}"))
    for label in labels:
        label.setWordWrap(False)
        label.setToolTip(tip)
    return labels
