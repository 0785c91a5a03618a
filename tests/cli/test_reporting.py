"""``rnd-lab report``, as a user types it."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rnd_lab.cli.commands import app
from rnd_lab.results.database import Database


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["report", *map(str, words)], env={"COLUMNS": "200", "TERM": "dumb"})


def games(folder: Path) -> int:
    return len((folder / "games.csv").read_text(encoding="utf-8").splitlines()) - 1


def test_the_newest_evaluation_in_all_formats_by_default(two: Path, tmp_path: Path) -> None:
    result = run(two, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0].endswith("report.html")
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {"report.html", "figures", "table.tex", "cells.csv", "games.csv", "report.json"}
    assert games(tmp_path / "out") == 2


@pytest.mark.parametrize(("names", "count"), [(["1"], 1), (["first"], 1), (["second"], 2), (["first", "2"], 3)])
def test_evaluations_by_number_or_name(two: Path, tmp_path: Path, names: list[str], count: int) -> None:
    options = [word for name in names for word in ("--evaluation", name)]
    assert run(two, *options, "--out", tmp_path / "out", "--format", "csv").exit_code == 0
    assert games(tmp_path / "out") == count


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--evaluation", "third"], "There is no evaluation 'third'. There are: 2 second; 1 first."),
        (["--format", "pdf"], "There is no format 'pdf'. Choose from html, latex, csv, json."),
    ],
)
def test_what_there_is_not_is_told(two: Path, words: list[str], message: str) -> None:
    result = run(two, *words)
    assert result.exit_code == 1
    assert message in result.output


def test_missing_and_empty_files_are_told(tmp_path: Path) -> None:
    missing = run(tmp_path / "none.db")
    assert (missing.exit_code, "There is no results file" in missing.output) == (1, True)
    assert not (tmp_path / "none.db").exists()
    Database(tmp_path / "empty.db").close()
    empty = run(tmp_path / "empty.db")
    assert (empty.exit_code, "has no evaluation yet" in empty.output) == (1, True)
