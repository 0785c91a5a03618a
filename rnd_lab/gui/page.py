"""How a page is laid out: its form on the left, and what comes of it on the right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

VIEW_WIDTH = 900


def put_beside(page: QWidget, form: QWidget, view: QWidget) -> None:
    """Fill a page with a form that keeps its width, and a view that takes the room."""
    splitter = QSplitter(Qt.Orientation.Horizontal)
    splitter.addWidget(form)
    splitter.addWidget(view)
    splitter.setStretchFactor(1, 1)
    splitter.setChildrenCollapsible(False)
    splitter.setSizes([form.minimumWidth() + 10, VIEW_WIDTH])
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(splitter)
