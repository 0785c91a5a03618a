"""The cells of an evaluation as a table in the terminal."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from rnd_lab.game.referee import Criterion
from rnd_lab.primitives.statistics import Estimate
from rnd_lab.reports.cautions import cautions
from rnd_lab.reports.summary import CellSummary, summarize
from rnd_lab.results.database import Database

LEGEND = (
    "Rates in percent. Failure: attacked images that the attack did not win, by the first noisy hit (published), by a "
    "vote of k, and by what else ended the games. Control: those whose clean image would have been taken for a "
    "success. Queries: over the games that were won, counted as published. Brackets: 95 % intervals."
)
RULES: dict[Criterion, str] = {"first_hit": "first hit", "vote": "vote", "mean": "mean", "noise_free": "noise-free"}
MOST_PLACES = 5
"""Places of one warning that are listed; the report lists them all."""
FILE_WIDTH = 140
"""Characters of a line where the output goes to a file, which has no width of its own: intervals are not broken."""


def table_console() -> Console:
    """Standard output, wide enough for a table."""
    console = Console()
    if not console.is_terminal:
        console.width = max(console.width, FILE_WIDTH)
    return console


def print_cells(database: Database, evaluation: int, console: Console) -> None:
    """Print every cell with its figures so far, and what a reader must know before believing them."""
    cells = summarize(database, evaluation)
    titles, shared = _split_titles([cell.cell.title for cell in cells])
    name = " · ".join((escape(database.evaluation(evaluation).name), *map(escape, shared)))
    table = Table(title=name, caption=LEGEND, caption_justify="left", box=SIMPLE_HEAD, padding=0)
    table.add_column("cell", overflow="fold")
    rules = tuple(dict.fromkeys(("first_hit", "vote", *(cell.ends for cell in cells))))
    failures = (f"failure, {RULES[it]}" for it in rules)
    for heading in ("attacked", "clean", *failures, "control", "mean queries", "median"):
        table.add_column(heading, justify="right")
    watched = any(cell.flagged is not None for cell in cells)
    if watched:
        table.add_column("flagged", justify="right")
    for cell, title in zip(cells, titles, strict=True):
        flagged = "–" if cell.flagged is None else f"{cell.flagged:.1%}"
        table.add_row(*_row(cell, title, rules), *([flagged] if watched else []))
    console.print(table)
    for caution in cautions(cells):
        console.print("\n".join(caution.lines(MOST_PLACES)), style="yellow", markup=False, highlight=False)


def _split_titles(titles: Sequence[str]) -> tuple[list[str], list[str]]:
    """What tells cells apart, and the last parts of their titles that all share."""
    parts = [title.split(" · ") for title in titles]
    shared: list[str] = []
    while len(parts) > 1 and min(map(len, parts)) > 1 and len({it[-1] for it in parts}) == 1:
        shared.insert(0, parts[0][-1])
        parts = [it[:-1] for it in parts]
    return [" · ".join(it) for it in parts], shared


def _row(cell: CellSummary, title: str, rules: Sequence[Criterion]) -> tuple[str, ...]:
    queries = cell.queries["published"]
    return (
        escape(title) + ("" if cell.complete else f" ({cell.state})"),
        f"{len(cell.attacked)} of {cell.played}",
        _percent(cell.accuracy),
        *(_percent(cell.failure[it]) for it in rules),
        _percent(cell.control),
        _count(queries.mean),
        _count(queries.median),
    )


def _percent(estimate: Estimate) -> str:
    if estimate.value != estimate.value:
        return "–"
    return f"{100 * estimate.value:.1f}\n\\[{100 * estimate.low:.1f}, {100 * estimate.high:.1f}]"


def _count(estimate: Estimate) -> str:
    if estimate.value != estimate.value:
        return "–"
    interval = "" if estimate.low == estimate.high else f"\n\\[{estimate.low:,.0f}, {estimate.high:,.0f}]"
    return f"{estimate.value:,.0f}{interval}"
