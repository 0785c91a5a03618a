"""Runs that come with the lab, and those that users keep: one JSON file each, with a title, a sentence and a spec."""

import json
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from rnd_lab.data.assets import asset
from rnd_lab.experiments.run_spec import RunSpec, read_spec
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.files import write_whole


@dataclass(frozen=True)
class Preset:
    """A named run and what it is meant to show."""

    title: str
    about: str
    spec: RunSpec
    path: Path


def presets() -> tuple[Preset, ...]:
    """The presets that ship, in the order of their file names. Raises LabError where the lab is not installed whole."""
    return tuple(read_preset(path) for path in sorted(asset("presets").glob("*.json")))


def read_preset(path: Path) -> Preset:
    """Read one preset; a bare spec is one without a sentence. Raises LabError where it cannot be read."""
    spec = read_spec(path)
    data = json.loads(path.read_text(encoding="utf-8"))
    return Preset(str(data.get("title", path.stem)), str(data.get("about", "")), spec, path)


def place_for(title: str, folder: Path) -> Path:
    """The file of the preset with this title in a folder; where there is none, one that is free."""
    files = sorted(folder.glob("*.json"))
    for path in files:
        with suppress(LabError):
            if read_preset(path).title == title:
                return path
    name = "".join(sign if sign.isalnum() else "-" for sign in title)
    taken = {path.stem.casefold() for path in files}  # some systems take A.json and a.json for the same file
    names = (f"{name}-{number}" if number > 1 else name for number in count(1))
    return folder / f"{next(it for it in names if it.casefold() not in taken)}.json"


def save_preset(path: Path, title: str, about: str, spec: RunSpec) -> Preset:
    """Keep a run as a preset file. Raises LabError where it cannot be written."""
    content = {"title": title, "about": about, "spec": spec.model_dump(mode="json")}
    try:
        write_whole(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        raise LabError(f"The preset cannot be saved as {path}: {error}") from error
    return Preset(title, about, spec, path)
