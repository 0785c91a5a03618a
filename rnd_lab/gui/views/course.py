"""The three curves of a side: what each answer was, the best of them, and the truth."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from rnd_lab.experiments.duel import SideView
    from rnd_lab.experiments.run_spec import RunSpec
    from rnd_lab.game.threat import ThreatModel

Points = tuple[npt.NDArray[Any], npt.NDArray[Any]]


@dataclass(frozen=True)
class Course:
    """Curves as x [n] in paid queries and y [n] in units of the loss."""

    told: Points
    best: Points
    truth: Points


def course(view: "SideView", spec: "RunSpec") -> Course:
    """The curves of one side."""
    repeats = spec.threat.eot
    asked = np.arange(1, len(view.told) + 1) * repeats
    return Course(
        told=(asked, view.told),
        best=_corners(asked, np.minimum.accumulate(view.told)),
        truth=_corners(view.true[:, 0] * repeats, view.true[:, 1]),
    )


def has_decision_line(threat: "ThreatModel") -> bool:
    """Whether a loss below 0 is a win: so it is for margins."""
    return threat.loss == "margin"


def loss_title(threat: "ThreatModel") -> str:
    """What the y axis shows, with its unit."""
    if threat.loss == "margin":
        return f"margin ({threat.feedback})"
    return "−log probability of the target" if threat.targeted else "log probability of the true class"


def _corners(x: npt.NDArray[Any], y: npt.NDArray[Any]) -> Points:
    """Leave out points whose neighbours are as high: a staircase of thousands of queries has a few dozen corners."""
    if len(y) < 3:
        return x, y
    steps = y[1:] != y[:-1]
    kept = np.ones(len(y), bool)
    kept[1:-1] = steps[1:] | steps[:-1]
    return x[kept], y[kept]
