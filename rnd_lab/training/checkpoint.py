"""What a training run keeps, so that it can go on after a kill: every epoch, and where a long one stands."""

import csv
import io
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import Tensor, nn

from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.files import write_whole
from rnd_lab.training.recipe import Recipe

FILE = "checkpoint.pt"
PARTS = {"recipe", "data", "start", "network", "optimizer", "log"}


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


@dataclass
class Part:
    """An epoch in progress: its steps so far, what its line of the log will be made of, and where its draws stand."""

    steps: int = 0
    loss_sum: float = 0.0
    correct: float = 0.0
    seconds: float = 0.0
    device: str = ""
    draws: tuple[Tensor, ...] = ()
    """The states of the generators (uint8), as the kind of device has them; none before the first step."""


@dataclass(frozen=True)
class Checkpoints:
    """The folder of one run; ``data`` and ``start`` are digests of the training images and of the starting weights."""

    folder: Path
    recipe: Recipe
    data: str
    start: str

    def save(
        self, network: nn.Module, optimizer: torch.optim.Optimizer, log: list[Epoch], part: Part | None = None
    ) -> None:
        """Keep the run as it is, whole or not at all; ``part`` is the epoch in progress. Raises LabError."""
        state = {
            "recipe": self.recipe.model_dump(),
            "data": self.data,
            "start": self.start,
            "network": network.state_dict(),
            "optimizer": optimizer.state_dict(),
            "log": [asdict(line) for line in log],
            "part": vars(part) if part else None,
        }
        unfinished = self._path.with_suffix(".part")
        try:
            torch.save(state, unfinished)
            unfinished.replace(self._path)
        except (OSError, RuntimeError) as error:  # torch says RuntimeError where the disk is full
            with suppress(OSError):
                unfinished.unlink()
            raise LabError(
                f"Epoch {len(log) + bool(part)} cannot be saved in {self.folder}; the epochs before it are kept. Make "
                f"room on the disk, or see whether the folder may be written, and go on. ({error})"
            ) from error

    def write_log(self, log: list[Epoch]) -> None:
        """Write the epochs that are kept as log.json and log.csv. Raises LabError."""
        lines = [asdict(line) for line in log]
        try:
            write_whole(self.folder / "log.json", json.dumps(lines, indent=1))
            write_whole(self.folder / "log.csv", _table(lines))
        except OSError as error:
            raise LabError(
                f"Epoch {len(log)} is kept, but its log cannot be written in {self.folder}. Make room on the disk, or "
                f"see whether the folder may be written, and go on. ({error})"
            ) from error

    def restore(self, network: nn.Module, optimizer: torch.optim.Optimizer) -> tuple[list[Epoch], Part]:
        """Put the network and the optimizer where they were kept last; returns the log, and the epoch in progress.

        Both are empty for a new run.

        Raises LabError where the folder holds a run of another recipe, other images or other starting weights, or
        something that cannot be read.
        """
        if not self._path.exists():
            return [], Part()
        state = _read(self._path)
        if (state["recipe"], state["data"], state["start"]) != (self.recipe.model_dump(), self.data, self.start):
            raise another_run(self.folder)
        try:
            network.load_state_dict(state["network"])
            optimizer.load_state_dict(state["optimizer"])
            part = _part(state)
        except (RuntimeError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise _unreadable(self._path) from error
        return list(_log(self._path, state)), part

    @property
    def _path(self) -> Path:
        return self.folder / FILE


@dataclass(frozen=True)
class Found:
    """The run that a folder holds: its recipe as written down, its log, and the steps made of an epoch in progress."""

    recipe: dict[str, Any]
    log: tuple[Epoch, ...]
    steps: int


def look(folder: Path) -> Found | None:
    """The run in a folder; None where there is none. Raises LabError where it cannot be read."""
    if not (folder / FILE).exists():
        return None
    state = _read(folder / FILE, mmap=True)
    try:
        return Found(state["recipe"], _log(folder / FILE, state), _part(state).steps)
    except TypeError as error:
        raise _unreadable(folder / FILE) from error


def another_run(folder: Path) -> LabError:
    """What is said where a folder holds a run that is not the one that is wanted."""
    return LabError(
        f"{folder} holds a run with another recipe or other images, or from another model. Choose another folder, or "
        "delete it to start again."
    )


def _read(path: Path, *, mmap: bool = False) -> dict[str, Any]:
    """A checkpoint, on the CPU; with ``mmap`` its tensors are not read before they are used."""
    try:
        state: Any = torch.load(str(path), map_location="cpu", weights_only=True, mmap=mmap)
    except (OSError, RuntimeError, ValueError, EOFError, UnpicklingError) as error:
        raise _unreadable(path) from error
    if not isinstance(state, dict) or not state.keys() >= PARTS:
        raise _unreadable(path)
    return state


def _part(state: dict[str, Any]) -> Part:
    """The epoch in progress; runs that were kept by older versions have none."""
    return Part(**(state.get("part") or {}))


def _log(path: Path, state: dict[str, Any]) -> tuple[Epoch, ...]:
    try:
        return tuple(Epoch(**line) for line in state["log"])
    except TypeError as error:
        raise _unreadable(path) from error


def _table(lines: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, lines[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()


def _unreadable(path: Path) -> LabError:
    return LabError(f"{path} cannot be read, so its run cannot go on. Choose another folder, or delete it.")
