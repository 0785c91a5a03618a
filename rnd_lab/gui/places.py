"""Where the window keeps what belongs to the user."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import platformdirs


@dataclass(frozen=True)
class Places:
    """Folders of the user: ``config`` for settings and the last session, ``data`` for presets and pasted images."""

    config: Path
    data: Path

    @classmethod
    def usual(cls) -> Self:
        """The folders that this operating system gives to programs."""
        return cls(platformdirs.user_config_path("rnd-lab"), platformdirs.user_data_path("rnd-lab"))

    @property
    def settings(self) -> Path:
        """How the window looks and what was opened last."""
        return self.config / "settings.json"

    @property
    def session(self) -> Path:
        """The parameters of the last session."""
        return self.config / "session.json"

    @property
    def evaluation(self) -> Path:
        """The evaluation that the Batch tab showed last."""
        return self.config / "evaluation.json"

    @property
    def training(self) -> Path:
        """The run that the Train tab showed last."""
        return self.config / "training.json"

    @property
    def calibration(self) -> Path:
        """The measurement that the Calibrate tab showed last."""
        return self.config / "calibration.json"

    @property
    def measured(self) -> Path:
        """What the Calibrate tab measured, a folder each."""
        return self.data / "calibration"

    @property
    def results(self) -> Path:
        """The results file."""
        return self.data / "results.db"

    @property
    def trained(self) -> Path:
        """Models that were trained, a folder each."""
        return self.data / "training"

    @property
    def crash_log(self) -> Path:
        """What the interpreter wrote when the process died."""
        return self.config / "crash.log"

    @property
    def presets(self) -> Path:
        """The user's own presets, one file each."""
        return self.data / "presets"

    @property
    def pasted(self) -> Path:
        """Images that came from the clipboard, so that a run can name them."""
        return self.data / "pasted"
