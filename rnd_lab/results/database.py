"""Reading and writing results. Everything that is written is durable when the call returns."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from rnd_lab.primitives.errors import LabError
from rnd_lab.results.browsing import CHOICES, COUNTS, TALLIES, Choice, Order, Overview, Tally, overviews, page, sought
from rnd_lab.results.cell import CellSpec
from rnd_lab.results.connection import connect, explained
from rnd_lab.results.record import Curve, Floats, GameRecord, Played, unpack_image

_COLUMNS = tuple(field.name for field in fields(GameRecord))
_VERDICTS = ("first_hit", "vote", "mean", "noise_free", "control_hit")


@dataclass(frozen=True)
class StoredEvaluation:
    """One evaluation: its number, its spec as JSON, when it was begun (UTC, ISO 8601), and the user's note."""

    id: int
    name: str
    spec: str
    created: str
    note: str
    deleted: bool


@dataclass(frozen=True)
class StoredCell:
    """One cell of an evaluation.

    ``planned`` counts its images, None until it was begun; ``labels`` are the model's classes; ``message`` says why the
    cell could not be played.
    """

    id: int
    digest: str
    title: str
    spec: CellSpec
    planned: int | None
    model_digest: str | None
    data_digest: str | None
    labels: tuple[str, ...]
    message: str

    def require_same(self, model_digest: str, data_digest: str) -> None:
        """Raise LabError where these are not the model and the images that its games were played on."""
        _require_same(self.model_digest, self.data_digest, model_digest, data_digest)


@dataclass(frozen=True)
class Unfinished:
    """An evaluation with games that a run can still play: how many of its cells are complete."""

    evaluation: StoredEvaluation
    complete: int
    cells: int


class Database:
    """A results file. Use it as a context manager, or close it."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        """Open ``path``; raises LabError as :func:`connect` does."""
        self.path = path
        self._connection = connect(path, create=create)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    # Writing

    def add_evaluation(self, name: str, spec: str, digest: str, cells: Sequence[tuple[str, CellSpec]]) -> int:
        """Write down an evaluation with its cells, each with its title, in order; returns its number.

        An evaluation of the same ``digest`` is found again (and taken out of the bin); cells that it lacks are added.
        """
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO evaluation (name, spec, digest, created) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (digest) DO UPDATE SET deleted = 0, name = excluded.name, spec = excluded.spec",
                (name, spec, digest, _now()),
            )
            number = self._number("SELECT id FROM evaluation WHERE digest = ?", digest)
            for position, (title, cell) in enumerate(cells):
                connection.execute(
                    "INSERT OR IGNORE INTO cell (digest, spec) VALUES (?, ?)", (cell.digest, cell.model_dump_json())
                )
                connection.execute(
                    "INSERT OR IGNORE INTO membership (evaluation, cell, position, title) VALUES (?, ?, ?, ?)",
                    (number, self._number("SELECT id FROM cell WHERE digest = ?", cell.digest), position, title),
                )
        return number

    def begin_cell(self, cell: int, planned: int, model_digest: str, data_digest: str, labels: Sequence[str]) -> None:
        """Write down what a cell is played on.

        Raises LabError where it was begun with another model or other images: their games must not be mixed.
        """
        with self._transaction() as connection:
            row = connection.execute("SELECT model_digest, data_digest FROM cell WHERE id = ?", (cell,)).fetchone()
            if self.done(cell):
                _require_same(row[0], row[1], model_digest, data_digest)
            connection.execute(
                "UPDATE cell SET planned = ?, model_digest = ?, data_digest = ?, labels = ?, message = '' WHERE id = ?",
                (planned, model_digest, data_digest, json.dumps(list(labels)), cell),
            )

    def fail_cell(self, cell: int, message: str) -> None:
        """Write down why a cell cannot be played."""
        with self._transaction() as connection:
            connection.execute("UPDATE cell SET message = ? WHERE id = ?", (message, cell))

    def add_games(self, games: Iterable[tuple[int, Played]], versions: Mapping[str, str]) -> None:
        """Write down finished games, each with the number of its cell; one that failed before is replaced."""
        text = json.dumps(dict(versions), sort_keys=True)
        columns = ("cell", *_COLUMNS, "played_with", "finished")
        insert = f"INSERT OR REPLACE INTO game ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        with self._transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO provenance (versions) VALUES (?)", (text,))
            provenance = self._number("SELECT id FROM provenance WHERE versions = ?", text)
            for cell, played in games:
                values = [getattr(played.record, column) for column in _COLUMNS]
                connection.execute(insert, (cell, *values, provenance, _now()))
                connection.execute(
                    "INSERT OR REPLACE INTO picture (cell, image, curve, adversarial) VALUES (?, ?, ?, ?)",
                    (cell, played.record.image, played.curve, played.adversarial),
                )

    def annotate(self, evaluation: int, note: str) -> None:
        """Keep the user's note."""
        with self._transaction() as connection:
            connection.execute("UPDATE evaluation SET note = ? WHERE id = ?", (note, evaluation))

    def delete(self, evaluation: int, *, deleted: bool = True) -> None:
        """Put an evaluation in the bin, or take it out again; nothing is erased."""
        with self._transaction() as connection:
            connection.execute("UPDATE evaluation SET deleted = ? WHERE id = ?", (deleted, evaluation))

    # Reading

    def evaluations(self, *, deleted: bool = False) -> tuple[StoredEvaluation, ...]:
        """All evaluations, the newest first; with ``deleted`` those in the bin instead."""
        rows = self._rows(
            "SELECT id, name, spec, created, note, deleted FROM evaluation WHERE deleted = ? ORDER BY id DESC", deleted
        )
        return tuple(_evaluation(row) for row in rows)

    def evaluation(self, number: int) -> StoredEvaluation:
        """One evaluation. Raises LabError where there is none of this number."""
        found = [it for it in (*self.evaluations(), *self.evaluations(deleted=True)) if it.id == number]
        if not found:
            raise LabError(f"{self.path} has no evaluation {number}.")
        return found[0]

    def unfinished(self) -> tuple[Unfinished, ...]:
        """Evaluations that were not played to their end, the newest first.

        Cells that cannot be played and games that failed count as played: another run would hardly change them.
        """
        rows = self._rows(
            "SELECT evaluation, count(*) AS cells, sum(message != '' OR planned <= "
            "(SELECT count(*) FROM game WHERE game.cell = cell.id)) AS complete "
            "FROM membership JOIN cell ON cell.id = membership.cell GROUP BY evaluation"
        )
        open_ones = {row["evaluation"]: row for row in rows if (row["complete"] or 0) < row["cells"]}
        return tuple(
            Unfinished(it, open_ones[it.id]["complete"] or 0, open_ones[it.id]["cells"])
            for it in self.evaluations()
            if it.id in open_ones
        )

    def cells(self, evaluation: int) -> tuple[StoredCell, ...]:
        """The cells of an evaluation, in its order."""
        rows = self._rows(
            "SELECT id, digest, title, spec, planned, model_digest, data_digest, labels, message FROM cell "
            "JOIN membership ON cell.id = membership.cell WHERE evaluation = ? ORDER BY position, id",
            evaluation,
        )
        return tuple(_cell(row) for row in rows)

    def games(self, cell: int) -> tuple[GameRecord, ...]:
        """All games of a cell, by image."""
        return tuple(_game(row) for row in self._rows("SELECT * FROM game WHERE cell = ? ORDER BY image", cell))

    def game(self, cell: int, image: int) -> GameRecord:
        """One game. Raises LabError where it was not played."""
        rows = self._rows("SELECT * FROM game WHERE cell = ? AND image = ?", cell, image)
        if not rows:
            raise LabError(f"The game on image {image} was not played yet.")
        return _game(rows[0])

    def done(self, cell: int) -> set[int]:
        """Images whose game has been played; those that failed with an error are not among them."""
        return {row[0] for row in self._rows("SELECT image FROM game WHERE cell = ? AND status != 'error'", cell)}

    def curve(self, cell: int, image: int) -> Curve:
        """The course of a game."""
        return Curve.unpack(self._picture("curve", cell, image))

    def adversarial(self, cell: int, image: int) -> Floats:
        """The final image of a game, float32 [c, h, w] in [0, 1]."""
        return unpack_image(self._picture("adversarial", cell, image))

    def versions(self, evaluation: int) -> tuple[dict[str, str], ...]:
        """All sets of versions that the games of an evaluation were played with."""
        rows = self._rows(
            "SELECT DISTINCT versions FROM provenance JOIN game ON game.played_with = provenance.id "
            "JOIN membership ON membership.cell = game.cell WHERE evaluation = ?",
            evaluation,
        )
        return tuple(json.loads(row[0]) for row in rows)

    # Browsing

    def overviews(
        self, search: str = "", *, deleted: bool = False, first: int = 0, most: int = 100
    ) -> tuple[Overview, ...]:
        """A page of evaluations, the newest first, in which all words of ``search`` occur.

        Words are looked for in names, notes, titles of cells, models and attacks. With ``deleted`` those in the bin.
        """
        words = search.split()
        rows = self._rows(overviews(words), deleted, *(value for word in words for value in sought(word)), most, first)
        return tuple(Overview(**row) for row in rows)

    def tallies(self, evaluation: int) -> dict[int, Tally]:
        """How many games each cell of an evaluation has, by the cell's number."""
        return {row["cell"]: Tally(row["games"], int(row["errors"])) for row in self._rows(TALLIES, evaluation)}

    def counts(self, cell: int) -> dict[Choice, int]:
        """How many games of a cell each choice has."""
        row = self._rows(COUNTS, cell)[0]
        return {choice: int(row[choice]) for choice in CHOICES}

    def page(
        self,
        cell: int,
        choice: Choice = "all",
        order: Order = "image",
        *,
        descending: bool = False,
        first: int = 0,
        most: int = 100,
    ) -> tuple[GameRecord, ...]:
        """Some games of a cell, chosen and sorted."""
        rows = self._rows(page(choice, order, descending=descending), cell, most, first)
        return tuple(_game(row) for row in rows)

    def _picture(self, column: str, cell: int, image: int) -> bytes:
        rows = self._rows(f"SELECT {column} FROM picture WHERE cell = ? AND image = ?", cell, image)
        if not rows or not rows[0][0]:
            raise LabError(f"Nothing is kept of the game on image {image}: it was not played to an end.")
        return bytes(rows[0][0])

    def _rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        with explained(self.path):
            return self._connection.execute(query, values).fetchall()

    def _number(self, query: str, value: str) -> int:
        return int(self._connection.execute(query, (value,)).fetchone()[0])

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        connection = self._connection
        with explained(self.path):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # a full disk rolls back by itself
                    connection.execute("ROLLBACK")
                raise


def _evaluation(row: sqlite3.Row) -> StoredEvaluation:
    return StoredEvaluation(
        id=row["id"],
        name=row["name"],
        spec=row["spec"],
        created=row["created"],
        note=row["note"],
        deleted=bool(row["deleted"]),
    )


def _require_same(model: str | None, data: str | None, model_now: str, data_now: str) -> None:
    for what, stored, found in (("model", model, model_now), ("images", data, data_now)):
        if stored and stored != found:
            raise LabError(
                f"The {what} of this cell changed since it was begun ({stored[:12]} → {found[:12]}). Put the old file "
                "back, or use another results file."
            )


def _cell(row: sqlite3.Row) -> StoredCell:
    return StoredCell(
        id=row["id"],
        digest=row["digest"],
        title=row["title"],
        spec=CellSpec.model_validate_json(row["spec"]),
        planned=row["planned"],
        model_digest=row["model_digest"],
        data_digest=row["data_digest"],
        labels=tuple(json.loads(row["labels"] or "[]")),
        message=row["message"],
    )


def _game(row: sqlite3.Row) -> GameRecord:
    values: dict[str, Any] = {column: row[column] for column in _COLUMNS}
    for verdict in _VERDICTS:
        values[verdict] = None if values[verdict] is None else bool(values[verdict])
    return GameRecord(**values)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
