"""How many games are played at the same time: a full batch of them, but few where answers or probes are expensive.

What is in progress is lost with a run that is killed, and is not seen until it ends.
"""

from dataclasses import dataclass, field

from rnd_lab.evaluation.estimate import answer_time, most_forwards, timed_as
from rnd_lab.evaluation.spec import DefendedModel
from rnd_lab.evaluation.stage import Stage
from rnd_lab.game.forward import GROUP
from rnd_lab.results.cell import CellSpec

SLOTS = 128
"""Games that are played at the same time, at most; more than that hardly makes a forward cheaper an image."""
IN_PROGRESS = 1800.0
"""Seconds that all games in progress may take at most; but a group of games takes no longer than one of them."""

ASKED = 2**28
"""Bytes of the images that are asked about at once, at most; noise and copies make it a few times as many."""


@dataclass(frozen=True)
class Pace:
    """Paces the games of the cells of one stage, ``most`` of them at the same time."""

    stage: Stage
    most: int = SLOTS
    _seconds: dict[DefendedModel, float] = field(default_factory=dict)

    def games(self, cell: CellSpec) -> int:
        """How many games are played at the same time where all are this cell's."""
        most = min(self.most, max(ASKED // self._asked(cell), 1))
        try:
            seconds = most_forwards(cell) * self._answer(cell)
        except Exception:  # its games will run into it too, and tell
            return most
        return min(max(int(IN_PROGRESS / seconds), GROUP), most)

    def _asked(self, cell: CellSpec) -> int:
        """Bytes of the images that a step of one game asks about."""
        height, width = self.stage.classifier.input_size
        return cell.attack.probes * cell.threat.eot * 4 * 3 * height * width

    def _answer(self, cell: CellSpec) -> float:
        """Seconds of an answer to one image of a group, measured once."""
        defended = timed_as(cell.model, cell.defense)
        if defended not in self._seconds:
            first, second = (answer_time(self.stage.classifier, cell.defense, GROUP) for _ in range(2))
            self._seconds[defended] = min(first, second) / GROUP
        return self._seconds[defended]
