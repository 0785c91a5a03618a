"""A folder of pictures with a CSV of their labels."""

import csv
from dataclasses import dataclass
from os.path import normpath
from pathlib import Path

from rnd_lab.data.image import SUFFIXES
from rnd_lab.data.image_set import ImageSet, from_files
from rnd_lab.primitives.errors import LabError

PICTURE_COLUMNS = ("file", "image", "imageid")
LONGEST = 9
"""Digits of a label."""


@dataclass(frozen=True)
class Row:
    """One line of the CSV: a picture as it is written there, its label, and the label wanted by a targeted attack."""

    picture: str
    label: int
    target: int | None


def open_labelled_folder(folder: Path, table: Path) -> ImageSet:
    """Open the pictures of ``folder`` that ``table`` lists, in its order, as :func:`read_rows` reads it.

    Raises LabError for what cannot be read, and for a picture that is missing or listed twice.
    """
    rows = read_rows(table)
    by_stem = {path.stem: path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES}
    files: dict[str, Path] = {}
    seen: set[str] = set()
    for row in rows:
        path = folder / row.picture
        if not path.is_file():
            path = by_stem.get(row.picture, path)
        if not path.is_file():
            raise LabError(f"{table} lists '{row.picture}', but there is no such picture in {folder}.")
        if (place := normpath(path)) in seen:  # links to one file are pictures of their own
            raise LabError(f"{table} lists '{row.picture}' twice. Leave one of the lines.")
        seen.add(place)
        files[row.picture] = path
    labels, targets = [row.label for row in rows], [row.target for row in rows]
    return from_files(folder.name, "other", list(files.items()), labels, targets, None)


def read_rows(table: Path) -> list[Row]:
    """Read a CSV with a header: a column 'file', 'image' or 'ImageId', a column 'label', and perhaps 'target_label'.

    Labels count from 0. A picture is a path within its folder, or a file's name without its ending. Other columns are
    left out, and upper or lower case makes no difference.

    Raises LabError, naming the columns found or the line, for anything else.
    """
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file)
            columns = {name.strip().casefold(): name for name in lines.fieldnames or ()}
            picture = next((columns[name] for name in PICTURE_COLUMNS if name in columns), None)
            if picture is None or "label" not in columns:
                found = ", ".join(columns.values()) or "nothing"
                raise LabError(
                    f"{table} has the columns {found}. It needs 'file' (or 'image', 'ImageId') and 'label', the class "
                    "counted from 0."
                )
            target = columns.get("target_label")
            rows = []
            for line in lines:
                where = f"{table}, line {lines.line_num}"
                wanted = _number(where, line[target]) if target and line[target] else None
                rows.append(Row(_text(where, line[picture]), _number(where, line[columns["label"]]), wanted))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LabError(f"{table} cannot be read as a CSV: {error}") from error
    if not rows:
        raise LabError(f"{table} lists no pictures.")
    return rows


def _text(where: str, cell: str | None) -> str:
    if not cell or not cell.strip():
        raise LabError(f"{where}: the name of the picture is missing.")
    return cell.strip()


def _number(where: str, cell: str | None) -> int:
    text = (cell or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST):
        raise LabError(f"{where}: '{text[:40]}' is no label. Labels are whole numbers that count from 0.")
    return int(text)
