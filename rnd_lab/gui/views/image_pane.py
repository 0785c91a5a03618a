"""One picture with crisp pixels, zoomed and moved together with its neighbours."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from rnd_lab.gui.views.zoom import Zoom

CLICK = 4  # pixels that the mouse may move between press and release


class ImagePane(QWidget):
    """Shows a picture as large as fits. Wheel: zoom; drag: move; double click: all of it.

    Signals: ``clicked()``; ``save_wanted()`` from the context menu, where ``can_save``.
    """

    clicked = Signal()
    save_wanted = Signal()

    def __init__(self, zoom: Zoom, *, can_save: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image: QImage | None = None
        self.can_save = can_save
        self._zoom = zoom
        self._frame: QColor | None = None
        self._pressed: QPointF | None = None
        self._last = QPointF()
        zoom.changed.connect(self.update)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(64, 64)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(160, 160)

    def show_image(self, image: QImage | None) -> None:
        """Show another picture."""
        self.image = image
        self.update()

    def set_frame(self, colour: QColor | None) -> None:
        """Draw a coloured frame around the picture, or the usual one."""
        self._frame = colour
        self.update()

    def copy(self) -> None:
        """Put the true pixels on the clipboard."""
        if self.image is not None:
            QGuiApplication.clipboard().setImage(self.image)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        place = self._place()
        if self.image is not None:
            seen = self._zoom.visible
            width, height = self.image.width(), self.image.height()
            source = QRectF(seen.x() * width, seen.y() * height, seen.width() * width, seen.height() * height)
            shrunk = place.width() * self.devicePixelRatioF() < source.width()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, shrunk)
            painter.drawImage(place, self.image, source)
        pen = QPen(self._frame or self.palette().color(QPalette.ColorRole.Mid), 2 if self._frame else 1)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        inset = pen.widthF() / 2
        painter.drawRect(place.adjusted(inset, inset, -inset, -inset))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        self._zoom.zoom_at(self._image_point(event.position()), 1.25 ** (event.angleDelta().y() / 120))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = self._last = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._pressed is None:
            return
        self._zoom.move(self._image_point(self._last) - self._image_point(event.position()))
        self._last = event.position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if self._pressed is not None and (event.position() - self._pressed).manhattanLength() <= CLICK:
            self.clicked.emit()
        self._pressed = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._zoom.reset()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        self.menu().popup(event.globalPos())

    def menu(self) -> QMenu:
        """What can be done with the picture; deletes itself when it is closed."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        copy = menu.addAction("Copy image", self.copy)
        copy.setEnabled(self.image is not None)
        if self.can_save:
            menu.addAction("Save image…", self.save_wanted.emit).setEnabled(self.image is not None)
        menu.addSeparator()
        menu.addAction("Show whole image", self._zoom.reset).setEnabled(not self._zoom.whole)
        return menu

    def _place(self) -> QRectF:
        """Where the picture is drawn: as large as fits, in the middle."""
        if self.image is None:
            return QRectF(self.rect())
        scale = min(self.width() / self.image.width(), self.height() / self.image.height())
        width, height = self.image.width() * scale, self.image.height() * scale
        return QRectF((self.width() - width) / 2, (self.height() - height) / 2, width, height)

    def _image_point(self, point: QPointF) -> QPointF:
        place, seen = self._place(), self._zoom.visible
        return QPointF(
            seen.x() + (point.x() - place.x()) / place.width() * seen.width(),
            seen.y() + (point.y() - place.y()) / place.height() * seen.height(),
        )
