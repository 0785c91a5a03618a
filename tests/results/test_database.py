"""What is written comes back, whoever else reads, and a bad file harms nobody."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnd_lab.primitives.errors import LabError
from rnd_lab.results import connection, database, schema
from rnd_lab.results.database import Database
from rnd_lab.results.lock import sole_writer
from rnd_lab.results.record import Curve, GameRecord, Played, pack_image
from tests.results.conftest import NOISY, PLAIN

VERSIONS = {"torch": "1"}
IMAGE = np.random.default_rng(0).random((3, 5, 4), np.float32)
CURVE = Curve(np.array([[1, 2.5], [2, -1]], np.float32), np.array([[2, 0.5]], np.float32))


def game(image: int, **values: Any) -> Played:
    record = GameRecord(image, f"picture {image}", 3, None, "success", first_hit=True, vote=False, margin=-0.125)
    return Played(replace(record, **values), CURVE.pack(), pack_image(IMAGE))


def test_games_come_back_as_they_were(database: Database, path: Path) -> None:
    plain, noisy = database.cells(1)
    database.add_games([(plain.id, game(7)), (noisy.id, game(3)), (plain.id, game(2))], VERSIONS)
    with Database(path, create=False) as reader:
        assert reader.games(plain.id) == (game(2).record, game(7).record)
        assert reader.game(noisy.id, 3) == game(3).record
        assert np.array_equal(reader.adversarial(noisy.id, 3), IMAGE)
        curve = reader.curve(noisy.id, 3)
        assert np.array_equal(curve.told, CURVE.told)
        assert np.array_equal(curve.true, CURVE.true)
        assert reader.versions(1) == (VERSIONS,)


def test_cells_come_back_in_their_order_and_with_their_spec(database: Database) -> None:
    database.add_evaluation("more", "{}", "d2", [("again", NOISY), ("and plain", PLAIN)])
    assert [(cell.title, cell.spec) for cell in database.cells(1)] == [("plain", PLAIN), ("noisy", NOISY)]
    assert [(cell.title, cell.spec) for cell in database.cells(2)] == [("again", NOISY), ("and plain", PLAIN)]


def test_evaluations_share_the_games_of_equal_cells(database: Database) -> None:
    database.add_games([(database.cells(1)[1].id, game(0))], VERSIONS)
    database.add_evaluation("more", "{}", "d2", [("again", NOISY)])
    assert len(database.games(database.cells(2)[0].id)) == 1


def test_the_same_evaluation_is_found_again(database: Database) -> None:
    assert database.add_evaluation("mine", "{}", "d1", [("plain", PLAIN)]) == 1
    assert len(database.cells(1)) == 2


def test_failed_games_are_not_done_and_are_replaced(database: Database) -> None:
    cell = database.cells(1)[0].id
    failed = Played(GameRecord(4, "picture 4", 3, None, "error", "NaN scores"))
    database.add_games([(cell, failed), (cell, game(5))], VERSIONS)
    assert database.done(cell) == {5}
    with pytest.raises(LabError, match="image 4"):
        database.curve(cell, 4)
    database.add_games([(cell, game(4))], VERSIONS)
    assert database.done(cell) == {4, 5}


def test_games_of_another_model_are_not_mixed_in(database: Database) -> None:
    cell = database.cells(1)[0].id
    database.begin_cell(cell, 10, "model a", "data", ("cat",))
    database.begin_cell(cell, 10, "model b", "data", ("cat",))  # nothing was played yet
    database.add_games([(cell, game(0))], VERSIONS)
    with pytest.raises(LabError, match="model of this cell changed"):
        database.begin_cell(cell, 10, "model a", "data", ("cat",))
    with pytest.raises(LabError, match="images of this cell changed"):
        database.begin_cell(cell, 10, "model b", "other data", ("cat",))


def test_a_cell_that_works_again_loses_its_message(database: Database) -> None:
    cell = database.cells(1)[0].id
    database.fail_cell(cell, "no such file")
    assert database.cells(1)[0].message == "no such file"
    database.begin_cell(cell, 10, "model", "data", ("cat", "dog"))
    assert (database.cells(1)[0].message, database.cells(1)[0].labels) == ("", ("cat", "dog"))


def test_deleting_can_be_undone(database: Database) -> None:
    database.annotate(1, "keep this")
    database.delete(1)
    assert database.evaluations() == ()
    assert [it.note for it in database.evaluations(deleted=True)] == ["keep this"]
    database.delete(1, deleted=False)
    assert len(database.evaluations()) == 1


def test_a_binned_evaluation_that_is_run_again_comes_back(database: Database) -> None:
    database.delete(1)
    database.add_evaluation("mine", "{}", "d1", [])
    assert len(database.evaluations()) == 1


def test_many_read_while_one_writes(database: Database, path: Path) -> None:
    cell = database.cells(1)[0].id

    def read(_: int) -> list[int]:
        with Database(path, create=False) as reader:
            return [len(reader.games(cell)) for _ in range(40)]

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read, number) for number in range(4)]
        for image in range(40):
            database.add_games([(cell, game(image))], VERSIONS)
        for reader in readers:
            counts = reader.result()
            assert counts == sorted(counts)


def test_a_failed_write_leaves_nothing_behind(database: Database) -> None:
    cell = database.cells(1)[0].id
    with pytest.raises(LabError):
        database.add_games([(cell, game(1)), (999, game(2))], VERSIONS)
    assert database.games(cell) == ()
    database.add_games([(cell, game(1))], VERSIONS)


def test_a_full_disk_loses_nothing(database: Database) -> None:
    cell = database.cells(1)[0].id
    database.add_games([(cell, game(1))], VERSIONS)
    pages = database._connection.execute("PRAGMA page_count").fetchone()[0]
    database._connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(LabError, match=r"disk .* is full"):
        database.add_games([(cell, game(image)) for image in range(2, 400)], VERSIONS)
    assert database.done(cell) == {1}
    database._connection.execute("PRAGMA max_page_count = 100000")
    database.add_games([(cell, game(2))], VERSIONS)
    assert database.done(cell) == {1, 2}


def test_a_locked_file_is_told(database: Database, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    database._connection.execute("PRAGMA busy_timeout = 0")
    with pytest.raises(LabError, match="locked by another program"):
        database.annotate(1, "x")
    other.close()
    database.annotate(1, "x")


def test_only_one_run_writes(path: Path) -> None:
    with sole_writer(path), pytest.raises(LabError, match="Another run writes"), sole_writer(path):
        pass
    with sole_writer(path):
        pass


def test_a_damaged_lock_is_told(path: Path) -> None:
    Path(f"{path}.writer").write_bytes(b"no database at all" * 100)
    with pytest.raises(LabError, match="It holds nothing: delete it"), sole_writer(path):
        pass


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_file_is_told_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(LabError, match="damaged or no results file"):
        Database(path)
    assert path.read_bytes() == content


def test_a_newer_file_is_told_and_left_alone(database: Database, path: Path) -> None:
    database._connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    with pytest.raises(LabError, match="newer RND Lab"):
        Database(path)
    assert database.cells(1)


def test_another_programs_database_is_told(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    with pytest.raises(LabError, match="database of another program"):
        Database(path)


def test_an_older_file_is_copied_and_brought_up_to_date(
    database: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.close()
    newer = (*schema.MIGRATIONS, "ALTER TABLE evaluation ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue';")
    monkeypatch.setattr("rnd_lab.results.connection.MIGRATIONS", newer)
    monkeypatch.setattr("rnd_lab.results.connection.VERSION", len(newer))
    with Database(path) as updated:
        assert updated._connection.execute("SELECT colour FROM evaluation").fetchone()[0] == "blue"
        assert len(updated.cells(1)) == 2
    copy = sqlite3.connect(path.with_name(f"{path.name}.v{len(newer) - 1}.bak"))
    assert copy.execute("SELECT name FROM evaluation").fetchone()[0] == "mine"
    copy.close()


def test_a_missing_file_is_not_made_by_reading(path: Path) -> None:
    with pytest.raises(LabError, match="no results file"):
        Database(path, create=False)
    assert not path.exists()


def test_an_empty_file_is_no_results_file_and_stays_empty(path: Path) -> None:
    path.touch()
    with pytest.raises(LabError, match="is empty"):
        Database(path, create=False)
    assert path.stat().st_size == 0


def test_a_file_where_nothing_can_be_written_is_read(
    database: Database, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = database.add_evaluation("kept", "{}", "d", [])
    database.close()
    monkeypatch.setattr(connection, "_is_writable", lambda path: False)
    with Database(path, create=False) as still:
        assert still.evaluation(number).name == "kept"
        with pytest.raises(LabError, match="cannot be written"):
            still.annotate(number, "more")
    assert {it.name for it in path.parent.iterdir()} == {path.name}
    path.with_name(f"{path.name}-wal").write_bytes(b"more")
    with pytest.raises(LabError, match=r"was not closed.*Copy it"):
        Database(path, create=False)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LabError, match="cannot be opened"):
        Database(tmp_path / "file" / "results.db")


def test_games_of_a_file_that_did_not_count_flagged_queries_are_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr("rnd_lab.results.connection.MIGRATIONS", schema.MIGRATIONS[:1])
        before.setattr("rnd_lab.results.connection.VERSION", 1)
        before.setattr(database, "_COLUMNS", tuple(it for it in database._COLUMNS if it != "flagged"))
        with Database(path) as old:
            old.add_evaluation("mine", "{}", "d1", [("plain", PLAIN)])
            old.add_games([(1, game(3))], VERSIONS)
    with Database(path) as updated:
        assert updated.games(1) == (game(3).record,)
        updated.add_games([(1, game(4, flagged=7))], VERSIONS)
        assert [it.flagged for it in updated.games(1)] == [None, 7]
