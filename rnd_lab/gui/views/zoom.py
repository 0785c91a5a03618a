"""Which part of the image is seen: shared by all panes, so that they show the same place."""

from PySide6.QtCore import QObject, QPointF, QRectF, Signal

MOST = 32.0


class Zoom(QObject):
    """The visible part of an image, in units of its size.

    Signals: ``changed()``.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scale = 1.0
        self._origin = QPointF(0, 0)

    @property
    def visible(self) -> QRectF:
        """The visible part; (0, 0, 1, 1) is the whole image."""
        return QRectF(self._origin.x(), self._origin.y(), 1 / self._scale, 1 / self._scale)

    @property
    def whole(self) -> bool:
        """Whether all of the image is seen."""
        return self._scale == 1

    def zoom_at(self, point: QPointF, factor: float) -> None:
        """Magnify by a factor and keep ``point`` (in units of the image) where it is."""
        scale = min(max(self._scale * factor, 1.0), MOST)
        origin = point + (self._origin - point) * (self._scale / scale)
        self._set(scale, origin)

    def move(self, by: QPointF) -> None:
        """Move the visible part."""
        self._set(self._scale, self._origin + by)

    def reset(self) -> None:
        """Show the whole image."""
        self._set(1.0, QPointF(0, 0))

    def _set(self, scale: float, origin: QPointF) -> None:
        most = 1 - 1 / scale
        origin = QPointF(min(max(origin.x(), 0), most), min(max(origin.y(), 0), most))
        if (scale, origin) != (self._scale, self._origin):
            self._scale, self._origin = scale, origin
            self.changed.emit()
