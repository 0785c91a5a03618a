"""Results files with games that were never played, whose figures can be worked out by hand."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from rnd_lab.data.classes import CIFAR10
from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.reports.summary import CellSummary, summarize
from rnd_lab.results.cell import CellSpec
from rnd_lab.results.database import Database
from rnd_lab.results.record import GameRecord, Played

VERSIONS = {"rnd_lab": "0", "torch": "2"}

Games = Sequence[GameRecord]


def won(image: int, queries: int = 10, *, vote: bool = True, control: bool = False, **more: int) -> GameRecord:
    """A game that ended at the first noisy hit after so many probes."""
    return GameRecord(
        image=image, name=f"image-{image}", label=0, target=None, status="success", first_hit=True, vote=vote,
        mean=vote, noise_free=vote, first_hit_at=queries, probe=queries, judge=queries, monitor=1, published=queries,
        control_hit=control, seconds=1.0, **more,
    )  # fmt: skip


def lost(image: int, queries: int = 100, *, control: bool = False, linf: float = 0.05) -> GameRecord:
    """A game that the budget ended."""
    return GameRecord(
        image=image, name=f"image-{image}", label=0, target=None, status="failure", first_hit=False, vote=False,
        mean=False, noise_free=False, probe=queries, published=queries, control_hit=control, seconds=1.0,
        linf=linf,
    )  # fmt: skip


def wrong(image: int) -> GameRecord:
    """An image that the defended model got wrong before the attack."""
    return GameRecord(
        image=image, name=f"image-{image}", label=0, target=None, status="misclassified", first_hit=False, vote=True,
        mean=True, noise_free=True,
    )  # fmt: skip


def broken(image: int, message: str = "out of memory") -> GameRecord:
    """A game that could not be played."""
    return GameRecord(image=image, name=f"image-{image}", label=0, target=None, status="error", message=message)


def fill(
    database: Database, spec: EvaluationSpec, games: Callable[[CellSpec], Games], planned: int | None = None
) -> int:
    """Write down an evaluation whose cells have these games; returns its number."""
    number = database.add_evaluation(spec.name, spec.model_dump_json(), spec.digest, spec.cells())
    for cell in database.cells(number):
        played = games(cell.spec)
        database.begin_cell(cell.id, planned or len(played), "model", "images", CIFAR10)
        database.add_games(((cell.id, Played(game)) for game in played), VERSIONS)
    return number


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database(tmp_path / "results.db") as opened:
        yield opened


@pytest.fixture
def cells(database: Database) -> Callable[..., tuple[CellSummary, ...]]:
    """Makes the summaries of an evaluation from the games of each of its rows, by title."""

    def make(rows: Mapping[str, Games], planned: int | None = None, **settings: object) -> tuple[CellSummary, ...]:
        spec = EvaluationSpec.model_validate({"models": [_row(title) for title in rows], **settings})
        lists = iter(rows.values())
        return summarize(database, fill(database, spec, lambda cell: next(lists), planned))

    return make


def _row(title: str) -> dict[str, object]:
    """A defended model: titles with RND have it, and no two titles have the same ν."""
    defense = [{"name": "rnd", "nu": 0.02 + 0.001 * len(title)}] if "RND" in title else []
    return {"title": title, "defense": defense}
