"""``rnd-lab results``: look into a results file, play its games again, save their images, keep it tidy."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, TaskID
from rich.table import Table

from rnd_lab.cli.downloading import download_bar
from rnd_lab.cli.errors import clear_errors
from rnd_lab.cli.options import Device
from rnd_lab.cli.playing import keep, look, play, print_json, show
from rnd_lab.cli.result_table import print_cells, table_console
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.evaluation.replay import replay
from rnd_lab.evaluation.saved_images import save_images
from rnd_lab.evaluation.stage import Stage, set_stage
from rnd_lab.experiments.duel import pick_device
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.amounts import amount
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.files import make_folder
from rnd_lab.results.browsing import Choice
from rnd_lab.results.database import Database, StoredCell, StoredEvaluation

ResultsFile = Annotated[
    Path, typer.Argument(metavar="DB", help="Results file of rnd-lab evaluate, sweep or the window.")
]
Number = Annotated[int, typer.Argument(metavar="NUMBER", help="Number of the evaluation.")]
Evaluation = Annotated[
    str | None, typer.Option(help="Number or name; of a name it is the newest.", show_default="the newest")
]
Words = Annotated[
    str, typer.Option("--cell", help="Words of the cell's title, such as 'RND NES', or its digest.", show_default=False)
]
CHOICES: tuple[Choice, ...] = tuple(choice for choice in get_args(Choice) if choice != "error")
SHORTEST = 4
"""Characters of a digest that tell a cell."""
MOST = 10
"""Cells that are named where it is not clear which is meant."""

app = typer.Typer(help="Look into a results file, play its games again, save their images, keep it tidy.")


@app.command("list")
def list_command(
    results: ResultsFile,
    search: Annotated[str, typer.Option(help="Words of names, notes, cells, models and attacks.")] = "",
    deleted: Annotated[bool, typer.Option("--deleted", help="Those in the bin.")] = False,
) -> None:
    """List evaluations, the newest first."""
    table, first = Table("number", "name", "begun (UTC)", "cells", "games", "note"), 0
    with _opened(results) as database:
        while page := database.overviews(search, deleted=deleted, first=first):
            first += len(page)
            for it in page:
                games = f"{it.games:,}" if it.planned is None else f"{it.games:,} of {it.planned:,}"
                begun = it.created[:16].replace("T", " ")
                table.add_row(str(it.id), escape(it.name), begun, str(it.cells), games, escape(it.note))
        table_console().print(table)


@app.command("show")
def show_command(results: ResultsFile, evaluation: Evaluation = None) -> None:
    """Print the table of an evaluation, with what is finished so far."""
    with _opened(results) as database:
        print_cells(database, find(database, evaluation).id, table_console())


@app.command("note")
def note_command(results: ResultsFile, number: Number, note: Annotated[str, typer.Argument(help="The note.")]) -> None:
    """Keep a note with an evaluation, in place of the one before."""
    with _opened(results) as database:
        database.annotate(database.evaluation(number).id, note)


@app.command("delete")
def delete_command(results: ResultsFile, number: Number) -> None:
    """Put an evaluation in the bin; nothing is erased, and restore takes it out again."""
    with _opened(results) as database:
        database.delete(database.evaluation(number).id)


@app.command("restore")
def restore_command(results: ResultsFile, number: Number) -> None:
    """Take an evaluation out of the bin."""
    with _opened(results) as database:
        database.delete(database.evaluation(number).id, deleted=False)


@app.command("replay")
def replay_command(
    results: ResultsFile,
    image: Annotated[int, typer.Argument(help="Number of the image in its data set, as in games.csv.")],
    cell: Words = "",
    evaluation: Evaluation = None,
    duel: Annotated[bool, typer.Option("--duel", help="Play the same game without the defense too.")] = False,
    device: Device = "auto",
    save: Annotated[Path | None, typer.Option(help="Folder for PNG, GIF and JSON.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Play a game of an evaluation again, on the model and the image that it was played on."""
    console = Console(stderr=json)
    with _opened(results) as database:
        chosen = _one(_cells(database, find(database, evaluation), cell))
        record = database.game(chosen.id, image)
        if record.status == "error":
            raise LabError(f"This game was not played: {record.message.rstrip('.')}. Run the evaluation again.")
        if duel and not chosen.spec.defense:
            raise LabError("This game has no defense, so there is nothing to play beside it. Leave --duel out.")
        if save:
            make_folder(save)
        stage = _stage(chosen, device, console)
        spec = replay(chosen.spec, record, duel=duel)
        finished = play(spec, look(stage.classifier, spec, console), console, watch=True)
        if json:
            print_json(finished)
        else:
            show(finished, console)
            queries = amount(record.published, "queries")
            console.print(f"Kept in the file: {record.status}, {queries} as published.", markup=False)
        if save:
            keep(finished, save, console)
    if not finished.done:
        raise typer.Exit(130)


@app.command("images")
def images_command(
    results: ResultsFile,
    out: Annotated[Path, typer.Option(help="Folder for the images and their tables.")],
    cell: Words = "",
    evaluation: Evaluation = None,
    games: Annotated[
        str, typer.Option(help=f"Which games: {', '.join(CHOICES)}; true: without noise the model is fooled, too.")
    ] = "success",
    device: Device = "auto",
) -> None:
    """Save final images as PNG, each judged anew after rounding to 8 bits, with a table for every cell."""
    console = Console()
    with _opened(results) as database:
        if games not in CHOICES:
            raise LabError(f"There is no choice '{games}'. Choose one of {', '.join(CHOICES)}.")
        choice: Choice = games
        make_folder(out)
        found = 0
        for it in _cells(database, find(database, evaluation), cell):
            most = database.counts(it.id)[choice]
            records = [game for game in database.page(it.id, choice, most=most) if game.status != "error"]
            if records:
                found += len(records)
                stage = _stage(it, device, console)
                with Progress(console=console, transient=True) as bar:
                    task = bar.add_task("Saving", total=len(records))
                    saved = save_images(database, stage, it, records, out, partial(_advance, bar, task))
                console.print(f"{it.title}: {saved.sentence}", markup=False, highlight=False)
        if not found:
            raise LabError("There is no such game yet. With --games all the images of lost games are saved too.")


def find(database: Database, name: str | None = None) -> StoredEvaluation:
    """The evaluation of a number, or the newest of a name; without either the newest. Raises LabError for others."""
    stored, deleted = database.evaluations(), database.evaluations(deleted=True)
    if found := _of_name(stored, name):
        return found
    if gone := _of_name(deleted, name):
        text = f"Evaluation {gone.id}, '{gone.name}', is in the bin. Take it out: rnd-lab results restore"
        raise LabError(f"{text} {database.path} {gone.id}")
    if not stored:
        raise LabError(f"{database.path} has no evaluation yet. Play one: rnd-lab sweep --db {database.path}")
    known = "; ".join(f"{it.id} {it.name}" for it in stored)
    raise LabError(f"There is no evaluation '{name}'. There are: {known}.")


def _of_name(stored: Sequence[StoredEvaluation], name: str | None) -> StoredEvaluation | None:
    for key in ("id", "name"):
        for it in stored:
            if name is None or str(getattr(it, key)) == name:
                return it
    return None


@contextmanager
def _opened(path: Path) -> Iterator[Database]:
    with clear_errors(), Database(path, create=False) as database:
        yield database


def _cells(database: Database, evaluation: StoredEvaluation, words: str) -> list[StoredCell]:
    """The cells in whose titles all words occur, or whose digest begins so. Raises LabError where there are none."""
    cells = database.cells(evaluation.id)
    by_digest = [it for it in cells if len(words) >= SHORTEST and it.digest.startswith(words)]
    found = by_digest or [it for it in cells if all(word in it.title.lower() for word in words.lower().split())]
    if not found:
        raise LabError(f"No cell of evaluation {evaluation.id} has '{words}' in its title. {_named(cells)}")
    return found


def _one(cells: list[StoredCell]) -> StoredCell:
    if len(cells) > 1:
        raise LabError(f"Say with --cell which cell is meant, in words of its title or by its digest. {_named(cells)}")
    return cells[0]


def _named(cells: Sequence[StoredCell]) -> str:
    more = [f"and {len(cells) - MOST:,} more"] if len(cells) > MOST else []
    return "\n    ".join(("There are:", *(f"{it.digest}  {it.title}" for it in cells[:MOST]), *more))


def _stage(cell: StoredCell, device: str, console: Console) -> Stage:
    """What a cell was played on. Raises LabError where it is not here, or another one by now."""
    stage = _load(cell.spec.model, cell.spec.data, device, console)
    cell.require_same(stage.classifier.digest, stage.images.digest)
    return stage


@lru_cache(maxsize=1)  # cells of one model follow each other
def _load(model: ModelSpec, data: DataSpec, device: str, console: Console) -> Stage:
    with download_bar(console) as tell:
        return set_stage(model, data, pick_device(device), tell)


def _advance(bar: Progress, task: TaskID, done: int, total: int) -> None:
    bar.update(task, completed=done)
