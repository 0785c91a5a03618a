"""Where the files that come with the lab lie: installed, in a source checkout, or in a frozen application."""

from pathlib import Path

import rnd_lab
from rnd_lab.primitives.errors import LabError


def assets() -> Path:
    """Folder of the shipped files: ``_assets`` inside the installed package, or ``assets`` beside it in a checkout.

    Raises LabError where neither exists.
    """
    package = Path(rnd_lab.__file__).resolve().parent
    for folder in (package / "_assets", package.parent / "assets"):
        if folder.is_dir():
            return folder
    raise LabError(f"The files that come with RND Lab are missing beside {package}. Install RND Lab again.")


def asset(*parts: str) -> Path:
    """Path of one shipped file or folder, for example ``asset("gallery", "gallery.json")``.

    Raises LabError where it does not exist.
    """
    path = assets().joinpath(*parts)
    if not path.exists():
        raise LabError(f"{path} comes with RND Lab but is missing. Install RND Lab again.")
    return path
