"""Writing a report to a folder."""

import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Literal

from rnd_lab.primitives.errors import LabError
from rnd_lab.reports.content import Report, read_report
from rnd_lab.reports.data_files import cells_csv, games_csv, report_json
from rnd_lab.reports.drawing import inline, render
from rnd_lab.reports.latex import latex_table
from rnd_lab.reports.page import html_page
from rnd_lab.results.database import Database

Format = Literal["html", "latex", "csv", "json"]
FORMATS: tuple[Format, ...] = ("html", "latex", "csv", "json")
OWN_FIGURE = re.compile(r"(clean-accuracy|queries-\d+|failure-[a-z]+-\d+|(attacks|map)-\d+-[a-z_]+)\.(svg|pdf)")
"""The files of figures that reports have."""


def write_report(
    database: Database,
    numbers: Sequence[int],
    folder: Path,
    formats: Collection[Format] = FORMATS,
    check: Callable[[], None] = lambda: None,
) -> tuple[Path, ...]:
    """Write one report about the evaluations of these numbers to ``folder``; returns its files, the page first.

    html: report.html, and its figures as SVG and PDF in figures/; latex: table.tex; csv: cells.csv and games.csv;
    json: report.json. Files of these names are replaced, and figures of a report that was there before are removed:
    they would be taken for this one's. A run may go on writing meanwhile: cells that are not
    complete are marked. ``check`` is called between files; what it raises ends the writing.

    Raises LabError where an evaluation or all cells are missing, or the folder cannot be written.
    """
    report = read_report(database, numbers)
    if not report.cells:
        raise LabError("This evaluation has no cells, so there is nothing to report.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tuple(path for form in FORMATS if form in formats for path in _write(report, folder, form, check))
    except OSError as error:
        raise LabError(f"The report cannot be written to {folder}: {error.strerror}. Choose another folder.") from error


def _write(report: Report, folder: Path, form: Format, check: Callable[[], None]) -> list[Path]:
    check()
    if form == "html":
        return _write_page(report, folder, check)
    contents = {
        "latex": {"table.tex": latex_table},
        "csv": {"cells.csv": cells_csv, "games.csv": games_csv},
        "json": {"report.json": report_json},
    }[form]
    return [_written(folder / name, content(report)) for name, content in contents.items()]


def _write_page(report: Report, folder: Path, check: Callable[[], None]) -> list[Path]:
    figures: dict[str, str] = {}
    files = []
    (folder / "figures").mkdir(exist_ok=True)
    for path in (folder / "figures").iterdir():
        if OWN_FIGURE.fullmatch(path.name):
            path.unlink()
    for drawing in (drawing for plate in report.plates for drawing in plate.drawings):
        check()
        saved = render(drawing)
        figures[drawing.name] = inline(saved["svg"], drawing.name)
        for form, content in saved.items():
            path = folder / "figures" / f"{drawing.name}.{form}"
            path.write_bytes(content)
            files.append(path)
    return [_written(folder / "report.html", html_page(report, figures)), *files]


def _written(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path
