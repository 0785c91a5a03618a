"""Importing torch while the window is already there."""

import traceback
from threading import Event

from PySide6.QtCore import QObject, QThread, Signal

from rnd_lab.primitives.cores import all_but_one


class Warmup(QThread):
    """Imports what takes seconds.

    Signals: ``ready()`` when runs can be played, ``tabs()`` when the other tabs can be built, ``names(names)`` when
    torchvision's models are known as well, ``failed(text, details)`` where an import fails.
    """

    ready = Signal()
    tabs = Signal()
    names = Signal(object)
    failed = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._idle = Event()

    def go_on(self) -> None:
        """Import the rest as well, now that the first model is loaded and nobody waits, or that it is needed."""
        self._idle.set()

    def give_up(self) -> None:
        """Come to an end; the import that is going on cannot be cut off."""
        self.requestInterruption()
        self._idle.set()
        self.wait()

    def run(self) -> None:
        try:
            import torch

            import rnd_lab.experiments.keep
            import rnd_lab.gui.attack_tab

            torch.set_num_threads(all_but_one())  # one core is left for the window
        except Exception as error:
            self.failed.emit(f"RND Lab is not installed whole: {error}", traceback.format_exc())
            return
        self.ready.emit()
        self._idle.wait()
        if self.isInterruptionRequested():
            return
        try:
            import rnd_lab.gui.batch.batch_tab
            import rnd_lab.gui.calibrate.calibrate_tab
            import rnd_lab.gui.explore.explore_tab
            import rnd_lab.gui.results.results_tab
            import rnd_lab.gui.train.train_tab  # noqa: F401
        except Exception as error:
            self.failed.emit(f"RND Lab is not installed whole: {error}", traceback.format_exc())
            return
        self.tabs.emit()
        try:
            from rnd_lab.models.architectures import torchvision_names

            self.names.emit(torchvision_names())
        except Exception as error:
            self.failed.emit(f"torchvision's models are not available: {error}", traceback.format_exc())
