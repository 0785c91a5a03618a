"""A folder with one sub-folder of pictures for each class."""

from pathlib import Path

from rnd_lab.data.folder_labels import understand
from rnd_lab.data.image import SUFFIXES
from rnd_lab.data.image_set import ImageSet, from_files
from rnd_lab.primitives.errors import LabError


def open_image_folder(folder: Path) -> ImageSet:
    """Open FOLDER/CLASS/.../PICTURE, in the order of class folders and paths; what begins with a dot is left out.

    Labels come from the folders' names as :func:`understand` finds them. Raises LabError where there are no such
    pictures.
    """
    classes = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    found = understand([path.name for path in classes])
    files: list[tuple[str, Path]] = []
    labels: list[int] = []
    for path, label in zip(classes, found.labels, strict=True):
        pictures = sorted(file for file in path.rglob("*") if _is_picture(file.relative_to(folder)) and file.is_file())
        files += [(file.relative_to(folder).as_posix(), file) for file in pictures]
        labels += [label] * len(pictures)
    if not files:
        raise LabError(
            f"{folder} has neither sub-folders with pictures nor a labels.csv. Make one sub-folder for each class, or "
            "a CSV with the columns 'file' and 'label'."
        )
    return from_files(folder.name, found.data_set, files, labels, None, found.classes, found.note)


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not any(part.startswith(".") for part in path.parts)
