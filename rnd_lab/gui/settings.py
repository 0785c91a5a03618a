"""What the window remembers between sessions, apart from the parameters of a run."""

import json
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rnd_lab.gui.theme import ThemeChoice
from rnd_lab.primitives.files import write_whole

MOST_RECENT = 8
MOST_PIXELS = 100_000


class Settings(BaseModel):
    """Settings of the window; ``geometry`` is Qt's, in hexadecimal, and ``splitter`` the widths in pixels."""

    model_config = ConfigDict(validate_assignment=True)

    theme: ThemeChoice = "system"
    device: str = "auto"
    geometry: str = Field("", pattern="^[0-9a-f]*$")
    splitter: tuple[Annotated[int, Field(ge=0, le=MOST_PIXELS)], ...] = ()
    recent: tuple[str, ...] = ()
    folder: str = ""

    def remember(self, path: Path) -> None:
        """Put a file on top of the recent ones, and its folder where dialogs open."""
        others = [other for other in self.recent if other != str(path)]
        self.recent = (str(path), *others)[:MOST_RECENT]
        self.folder = str(path.parent)


def read_settings(path: Path) -> tuple[Settings, tuple[str, ...]]:
    """Settings from a file, and a complaint for everything in it that was skipped. Never raises."""
    if not path.exists():
        return Settings(), ()
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise ValueError("it is not a list of settings by name")
    except (OSError, ValueError) as error:
        return Settings(), (f"{path} cannot be read, so the usual settings apply: {error}",)
    kept, complaints = {}, []
    for key, value in content.items():
        if key not in Settings.model_fields:
            complaints.append(f"{path}: there is no setting '{key}'. It was skipped.")
            continue
        try:
            kept[key] = getattr(Settings.model_validate({key: value}), key)
        except ValidationError as error:
            complaints.append(f"{path}: {key} = {json.dumps(value)} was skipped: {error.errors()[0]['msg']}.")
    return Settings(**kept), tuple(complaints)


def save_settings(path: Path, settings: Settings) -> None:
    """Write the settings. Raises OSError."""
    write_whole(path, settings.model_dump_json(indent=1) + "\n")
