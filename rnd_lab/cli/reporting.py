"""``rnd-lab report``: tables and figures from a results file, also while a run is writing to it."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from rnd_lab.cli.errors import clear_errors
from rnd_lab.primitives.errors import LabError
from rnd_lab.reports.report import FORMATS, Format, write_report
from rnd_lab.results.database import Database, StoredEvaluation


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
    list_all: Annotated[
        bool, typer.Option("--list", help="List the evaluations of the file, and write nothing.")
    ] = False,
) -> None:
    """Write tables with intervals, curves, maps and comparisons of an evaluation: HTML, LaTeX, CSV, JSON, SVG, PDF."""
    with clear_errors(), Database(results, create=False) as database:
        stored = database.evaluations()
        if not stored:
            raise LabError(f"{results} has no evaluation yet. Play one: rnd-lab sweep --db {results}")
        if list_all:
            _show(database, stored)
            return
        chosen = [_find(stored, name) for name in evaluation] if evaluation else [stored[0]]
        for path in write_report(database, [it.id for it in chosen], out, _formats(form)):
            print(path)


def _find(stored: tuple[StoredEvaluation, ...], name: str) -> StoredEvaluation:
    """The evaluation of a number, or the newest of a name."""
    for key in ("id", "name"):
        for it in stored:
            if str(getattr(it, key)) == name:
                return it
    known = "; ".join(f"{it.id} {it.name}" for it in stored)
    raise LabError(f"There is no evaluation '{name}'. There are: {known}.")


def _formats(text: str) -> list[Format]:
    wanted = [word.strip() for word in text.split(",")]
    if unknown := [word for word in wanted if word not in FORMATS]:
        raise LabError(f"There is no format '{unknown[0]}'. Choose from {', '.join(FORMATS)}.")
    return [form for form in FORMATS if form in wanted]


def _show(database: Database, stored: tuple[StoredEvaluation, ...]) -> None:
    table = Table("number", "name", "begun (UTC)", "cells", "games", "note")
    for it in stored:
        cells = database.cells(it.id)
        played, planned = sum(len(database.done(cell.id)) for cell in cells), sum(cell.planned or 0 for cell in cells)
        games = f"{played:,} of {planned:,}"
        table.add_row(
            str(it.id), escape(it.name), it.created[:16].replace("T", " "), str(len(cells)), games, escape(it.note)
        )
    Console().print(table)
