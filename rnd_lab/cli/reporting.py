"""``rnd-lab report``: tables and figures from a results file, also while a run is writing to it."""

from pathlib import Path
from typing import Annotated

import typer

from rnd_lab.cli.errors import clear_errors
from rnd_lab.cli.results import find
from rnd_lab.primitives.errors import LabError
from rnd_lab.reports.report import FORMATS, Format, write_report
from rnd_lab.results.database import Database


def report_command(
    results: Annotated[
        Path, typer.Argument(metavar="DB", help="Results file of rnd-lab evaluate, sweep or the window.")
    ],
    evaluation: Annotated[
        list[str] | None,
        typer.Option(
            help="Number or name; give it again to join several in one report. Of a name it is the newest.",
            show_default="the newest",
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the files.")] = Path("rnd-lab-report"),
    form: Annotated[str, typer.Option("--format", help="Formats with commas between them.")] = ",".join(FORMATS),
) -> None:
    """Write tables with intervals, curves, maps and comparisons of an evaluation: HTML, LaTeX, CSV, JSON, SVG, PDF."""
    with clear_errors(), Database(results, create=False) as database:
        chosen = [find(database, name) for name in evaluation] if evaluation else [find(database)]
        for path in write_report(database, [it.id for it in chosen], out, _formats(form)):
            print(path)


def _formats(text: str) -> list[Format]:
    wanted = [word.strip() for word in text.split(",")]
    if unknown := [word for word in wanted if word not in FORMATS]:
        raise LabError(f"There is no format '{unknown[0]}'. Choose from {', '.join(FORMATS)}.")
    return [form for form in FORMATS if form in wanted]
