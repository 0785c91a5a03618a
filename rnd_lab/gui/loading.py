"""What a tab shows until it can be built: the window is there before PyTorch is imported."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QVBoxLayout, QWidget

from rnd_lab.gui.widgets import Muted


class LoadingPage(QWidget):
    """A busy bar and a word about what happens."""

    def __init__(self) -> None:
        super().__init__()
        title = QLabel("Loading this tab…")
        note = Muted("This takes a few seconds, the first time longer.")
        note.setWordWrap(False)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setFixedWidth(240)
        layout = QVBoxLayout(self)
        layout.setSpacing(10)
        layout.addStretch(1)
        for widget in (title, bar, note):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
