"""The parameters of the last session, read back when the lab starts."""

from pathlib import Path

from rnd_lab.experiments.presets import presets
from rnd_lab.experiments.run_spec import RunSpec, read_spec
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.files import write_whole


def read_session(path: Path) -> tuple[RunSpec, str]:
    """The last parameters, else the first preset's; and a complaint where the file cannot be used."""
    first = presets()[0].spec
    if not path.exists():
        return first, ""
    try:
        return read_spec(path), ""
    except LabError as error:
        return first, str(error)


def save_session(path: Path, spec: RunSpec) -> None:
    """Keep the parameters for the next start. Raises OSError."""
    write_whole(path, spec.model_dump_json(indent=1) + "\n")
