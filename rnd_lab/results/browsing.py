"""What lists and galleries ask a results file for: a page at a time, chosen and sorted by SQLite."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Order = Literal["image", "published", "linf", "l2"]
"""What games are sorted by: their image's number, their queries as published, or the norm of the perturbation."""

Choice = Literal["all", "success", "true", "failure", "misclassified", "error"]
"""Which games of a cell; ``true`` are those whose final image fools the model without the defense, too."""

CHOICES: dict[Choice, str] = {
    "all": "1",
    "success": "status = 'success'",
    "true": "status = 'success' AND noise_free",
    "failure": "status = 'failure'",
    "misclassified": "status = 'misclassified'",
    "error": "status = 'error'",
}

_COUNTED = ", ".join(f'total({rule}) AS "{choice}"' for choice, rule in CHOICES.items())
COUNTS = f"SELECT {_COUNTED} FROM game WHERE cell = ?"
TALLIES = (
    "SELECT membership.cell, count(status) AS games, total(status = 'error') AS errors FROM membership "
    "LEFT JOIN game ON game.cell = membership.cell WHERE evaluation = ? GROUP BY membership.cell"
)
_MEMBERS = "FROM membership JOIN cell ON cell.id = membership.cell WHERE membership.evaluation = evaluation.id"
_SIZE = "coalesce(cell.planned, json_extract(cell.spec, '$.data.images'))"
_TEXTS = ("membership.title", "json_extract(cell.spec, '$.model.source')", "json_extract(cell.spec, '$.attack.name')")


@dataclass(frozen=True)
class Overview:
    """An evaluation as a line of a list.

    ``games`` of ``planned`` were played without an error; ``planned`` is None until all cells know their images.
    ``failed`` cells cannot be played.
    """

    id: int
    name: str
    created: str
    note: str
    cells: int
    failed: int
    games: int
    planned: int | None


@dataclass(frozen=True)
class Tally:
    """How many games a cell has, and how many of them ended with an error."""

    games: int
    errors: int


def overviews(words: Sequence[str]) -> str:
    """The query for evaluations, the newest first, in whose name, note, cells, models or attacks all words occur.

    Its parameters: whether they are in the bin, :func:`sought` for each word, how many, after how many.
    """
    within = " OR ".join(f"instr(lower({text}), lower(?))" for text in _TEXTS)
    found = (
        f"(instr(lower(name), lower(?)) OR instr(lower(note), lower(?)) OR EXISTS (SELECT 1 {_MEMBERS} AND ({within})))"
    )
    return (
        "SELECT id, name, created, note, "
        f"(SELECT count(*) {_MEMBERS}) AS cells, "
        f"(SELECT count(*) {_MEMBERS} AND cell.message != '') AS failed, "
        "(SELECT count(*) FROM membership JOIN game ON game.cell = membership.cell "
        "WHERE evaluation = evaluation.id AND status != 'error') AS games, "
        f"(SELECT iif(count(*) = count({_SIZE}), sum({_SIZE}), NULL) {_MEMBERS}) AS planned "
        f"FROM evaluation WHERE deleted = ? {' '.join([f'AND {found}'] * len(words))} "
        "ORDER BY id DESC LIMIT ? OFFSET ?"
    )


def sought(word: str) -> tuple[str, ...]:
    """The parameters of :func:`overviews` for one word."""
    return (word,) * (2 + len(_TEXTS))


def page(choice: Choice, order: Order, *, descending: bool) -> str:
    """The query for games of a cell; its parameters: the cell, how many, after how many. Unknown values come last."""
    return (
        f"SELECT * FROM game WHERE cell = ? AND {CHOICES[choice]} "
        f"ORDER BY {order} IS NULL, {order} {'DESC' if descending else 'ASC'}, image LIMIT ? OFFSET ?"
    )
