"""The losses of a run step by step, thinned so that any number of steps can be drawn at once."""

from dataclasses import dataclass, field

MOST = 2000
"""Points that are kept; a screen has no room for more."""


@dataclass
class Course:
    """Means over ``stride`` steps each, at the step (of the whole run) that each of them ends with."""

    steps: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    stride: int = 1
    _sum: float = 0.0
    _count: int = 0

    def see(self, step: int, loss: float) -> None:
        """Take the loss of one more step."""
        self._sum += loss
        self._count += 1
        if self._count < self.stride:
            return
        self.steps.append(step)
        self.losses.append(self._sum / self._count)
        self._sum, self._count = 0.0, 0
        if len(self.steps) == MOST:
            pairs = zip(self.losses[::2], self.losses[1::2], strict=True)
            self.steps, self.losses = self.steps[1::2], [(a + b) / 2 for a, b in pairs]
            self.stride *= 2
