"""What a training run keeps after every epoch, so that it can go on after a kill."""

import csv
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from rnd_lab.primitives.errors import LabError
from rnd_lab.training.recipe import Recipe


@dataclass(frozen=True)
class Epoch:
    """One line of the training log: means over the epoch's steps, and the seconds that it took.

    ``clean`` and ``noisy`` are accuracies on the images that are watched, without noise and under ν 0.05; None where
    none are.
    """

    epoch: int
    loss: float
    accuracy: float
    seconds: float
    clean: float | None = None
    noisy: float | None = None


@dataclass(frozen=True)
class Checkpoints:
    """The folder of one run; ``data`` and ``start`` are digests of the training images and of the starting weights."""

    folder: Path
    recipe: Recipe
    data: str
    start: str

    def save(self, network: nn.Module, optimizer: torch.optim.Optimizer, log: list[Epoch]) -> None:
        """Keep the run as it is, whole or not at all, and its log as log.json and log.csv."""
        lines = [asdict(line) for line in log]
        (self.folder / "log.json").write_text(json.dumps(lines, indent=1))
        with (self.folder / "log.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, lines[0])
            writer.writeheader()
            writer.writerows(lines)
        part = self._path.with_suffix(".part")
        torch.save(
            {
                "recipe": self.recipe.model_dump(),
                "data": self.data,
                "start": self.start,
                "network": network.state_dict(),
                "optimizer": optimizer.state_dict(),
                "log": lines,
            },
            part,
        )
        part.replace(self._path)

    def restore(self, network: nn.Module, optimizer: torch.optim.Optimizer, device: str) -> list[Epoch]:
        """Put the network and the optimizer where the last epoch left them; its log is empty for a new run.

        Raises LabError where the folder holds a run of another recipe, other images or other starting weights.
        """
        if not self._path.exists():
            return []
        state: dict[str, Any] = torch.load(self._path, map_location=device, weights_only=True)
        if (state["recipe"], state["data"], state["start"]) != (self.recipe.model_dump(), self.data, self.start):
            raise LabError(
                f"{self.folder} holds a run with another recipe or other images, or from another model. Choose another "
                "folder, or delete it to start again."
            )
        network.load_state_dict(state["network"])
        optimizer.load_state_dict(state["optimizer"])
        return [Epoch(**line) for line in state["log"]]

    @property
    def _path(self) -> Path:
        return self.folder / "checkpoint.pt"
