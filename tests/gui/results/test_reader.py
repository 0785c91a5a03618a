"""Jobs on a reader's thread: who is answered, and who is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from rnd_lab.gui.results.reader import Job, Reader, Turn
from rnd_lab.primitives.errors import LabError
from rnd_lab.results.database import Database
from tests.gui.waiting import WAIT


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.close()


def test_each_kind_is_answered_to_whom_asked_last(reader: Reader, played: Path, qtbot: QtBot) -> None:
    answers: list[tuple[str, object]] = []
    reader.ask("count", played, lambda database, turn: 1, lambda answer: answers.append(("old", answer)))
    reader.ask("count", played, lambda database, turn: 2, lambda answer: answers.append(("new", answer)))
    reader.ask("names", played, lambda database, turn: "grid", lambda answer: answers.append(("other", answer)))
    assert reader.busy("count")
    qtbot.waitUntil(lambda: not reader.busy("names"), timeout=WAIT)
    assert answers == [("new", 2), ("other", "grid")]
    assert not reader.busy("count")


def test_what_was_given_up_is_not_answered(reader: Reader, played: Path, qtbot: QtBot) -> None:
    answers: list[object] = []
    reader.ask("count", played, lambda database, turn: 1, answers.append)
    reader.give_up("count")
    assert not reader.busy("count")
    reader.ask("names", played, lambda database, turn: 2, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=WAIT)
    assert answers == [2]


def test_a_write_that_fails_while_the_reader_is_closed_is_told(reader: Reader, played: Path) -> None:
    def refuse(database: Database, turn: Turn) -> None:
        raise LabError("The disk is full.")

    told: list[str] = []
    reader.failed.connect(lambda kind, text, details: told.append(text))
    reader.ask("note", played, refuse, lambda answer: None, always=True)
    reader.ask("look", played, refuse, lambda answer: None)
    reader.close()
    assert told == ["The disk is full."]


def test_a_file_that_takes_the_place_of_another_is_read_and_written(
    reader: Reader, tmp_path: Path, qtbot: QtBot
) -> None:
    """As when results are fetched from another machine again."""

    def names(database: Database, turn: Turn) -> list[str]:
        return [it.name for it in database.evaluations()]

    def ask(job: Job[object]) -> object:
        answers: list[object] = []
        reader.ask("names", path, job, answers.append)
        qtbot.waitUntil(lambda: bool(answers), timeout=WAIT)
        return answers[0]

    path, newer = tmp_path / "far.db", tmp_path / "newer.db"
    for place, name in (path, "first"), (newer, "second"):
        with Database(place) as database:
            database.add_evaluation(name, name, name, [])
    assert ask(names) == ["first"]
    newer.replace(path)
    assert ask(names) == ["second"]
    ask(lambda database, turn: [database.annotate(1, "fetched")])
    reader.close()
    with Database(path, create=False) as database:
        assert [(it.name, it.note) for it in database.evaluations()] == [("second", "fetched")]


def test_a_failure_is_told_instead_of_an_answer(reader: Reader, played: Path, qtbot: QtBot) -> None:
    def job(database: Database, turn: Turn) -> None:
        raise LabError("There is no such cell.")

    answers: list[object] = []
    with qtbot.waitSignal(reader.failed, timeout=WAIT) as signal:
        reader.ask("count", played, job, answers.append)
    assert signal.args == ["count", "There is no such cell.", ""]
    assert not answers
    assert not reader.busy("count")


def test_a_write_that_fails_is_told_even_where_a_newer_one_is_wanted(
    reader: Reader, played: Path, qtbot: QtBot
) -> None:
    def job(database: Database, turn: Turn) -> None:
        raise LabError("The disk is full.")

    answers: list[object] = []
    with qtbot.waitSignal(reader.failed, timeout=WAIT) as signal:
        reader.ask("note", played, job, answers.append, always=True)
        reader.ask("note", played, lambda database, turn: 2, answers.append, always=True)
    assert signal.args == ["note", "The disk is full.", ""]
    qtbot.waitUntil(lambda: answers == [2], timeout=WAIT)


def test_every_write_is_answered(reader: Reader, played: Path, qtbot: QtBot) -> None:
    answers: list[object] = []
    reader.ask("delete", played, lambda database, turn: 1, answers.append, always=True)
    reader.ask("delete", played, lambda database, turn: 2, answers.append, always=True)
    qtbot.waitUntil(lambda: not reader.busy("delete"), timeout=WAIT)
    assert answers == [1, 2]
