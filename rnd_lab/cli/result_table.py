"""The cells of an evaluation as a table in the terminal."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from rnd_lab.primitives.statistics import Estimate
from rnd_lab.reports.summary import CellSummary, summarize
from rnd_lab.results.database import Database

LEGEND = (
    "Failure: share of the attacked images that the attack did not win, by the first noisy hit (published) and by a "
    "vote of k. Control: share whose clean image would have been taken for a success. Queries: over the games that "
    "were won, counted as published. Brackets: 95 % intervals."
)


def print_cells(database: Database, evaluation: int, console: Console) -> None:
    """Print every cell with its figures so far, and why cells or games could not be played."""
    table = Table(title=database.evaluation(evaluation).name, caption=LEGEND, caption_justify="left")
    table.add_column("cell", overflow="fold", ratio=3)
    for heading in ("attacked", "clean", "failure, first hit", "failure, vote", "control", "mean queries", "median"):
        table.add_column(heading, justify="right")
    cells = summarize(database, evaluation)
    for cell in cells:
        table.add_row(*_row(cell))
    console.print(table)
    for cell in cells:
        if cell.cell.message:
            console.print(f"{cell.cell.title}: {cell.cell.message}", style="red", markup=False)
        elif messages := {game.message for game in cell.games if game.status == "error"}:
            console.print(
                f"[yellow]{cell.cell.title}: {cell.errors} games failed: {'; '.join(sorted(messages))}[/yellow]"
            )


def _row(cell: CellSummary) -> tuple[str, ...]:
    queries = cell.queries["published"]
    return (
        escape(cell.cell.title) + ("" if cell.complete else f" ({cell.state})"),
        f"{len(cell.attacked)} of {cell.played}",
        _percent(cell.accuracy),
        _percent(cell.failure["first_hit"]),
        _percent(cell.failure["vote"]),
        _percent(cell.control),
        _count(queries.mean),
        _count(queries.median),
    )


def _percent(estimate: Estimate) -> str:
    if estimate.value != estimate.value:
        return "–"
    return f"{estimate.value:.1%}\n\\[{estimate.low:.1%}, {estimate.high:.1%}]"


def _count(estimate: Estimate) -> str:
    if estimate.value != estimate.value:
        return "–"
    return f"{estimate.value:,.0f}\n\\[{estimate.low:,.0f}, {estimate.high:,.0f}]"
