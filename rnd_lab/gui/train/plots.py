"""Loss and accuracy over the epochs, side by side."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QWidget

from rnd_lab.gui.toast import Toaster
from rnd_lab.gui.train.curve_legend import Look
from rnd_lab.gui.train.curve_plot import CurvePlot
from rnd_lab.gui.train.trainer import Snapshot
from rnd_lab.training.checkpoint import Epoch
from rnd_lab.training.loop import WATCHED, WATCHED_NOISE

LOSSES = {
    "steps": Look("steps", 0, about="Loss of each step, or means of a few where there are many."),
    "mean": Look("epochs", 0, "o", about="Mean loss over each epoch."),
}
ACCURACIES = {
    "accuracy": Look("training", 2, "t1", " %", "On the training images, as the recipe changes them."),
    "clean": Look("clean", 0, "o", " %", f"On {WATCHED} of the test images."),
    "noisy": Look(
        f"ν = {WATCHED_NOISE:g}", 1, "s", " %", f"On {WATCHED} of the test images under noise, as RND adds it."
    ),
}


class Plots(QWidget):
    """Both plots of a run."""

    def __init__(self, toaster: Toaster) -> None:
        super().__init__()
        self.loss = CurvePlot("Loss over the epochs", "loss", LOSSES)
        self.accuracy = CurvePlot("Accuracy over the epochs", "accuracy (%)", ACCURACIES)
        self.accuracy.plot.getPlotItem().getViewBox().setLimits(yMin=-2, yMax=102, minYRange=8)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for plot in (self.loss, self.accuracy):
            plot.setMinimumHeight(140)
            plot.failed.connect(toaster.error)
            row.addWidget(plot, 1)

    def begin(self, epochs: int) -> None:
        """Empty the plots, with room for so many epochs."""
        self.loss.set_epochs(epochs)
        self.accuracy.set_epochs(epochs)

    def show_log(self, log: Sequence[Epoch]) -> None:
        """Draw what is known of each epoch."""
        self.loss.show_curve("mean", [line.epoch for line in log], [line.loss for line in log])
        for key in ACCURACIES:
            known = [(line.epoch, value) for line in log if (value := getattr(line, key)) is not None]
            self.accuracy.show_curve(key, [epoch for epoch, _ in known], [100 * value for _, value in known])

    def show_steps(self, snapshot: Snapshot, epochs: int) -> None:
        """Draw the loss of the steps."""
        steps, losses = snapshot.course
        self.loss.show_curve("steps", [step * epochs / snapshot.progress.total for step in steps], losses)
