"""Reports as files."""

import csv
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.game.referee import Referee
from rnd_lab.primitives.errors import LabError
from rnd_lab.reports.latex import escaped
from rnd_lab.reports.report import OWN_FIGURE, write_report
from rnd_lab.results.cell import CellSpec
from rnd_lab.results.database import Database
from rnd_lab.results.record import GameRecord, Played
from tests.reports.conftest import VERSIONS, broken, fill, lost, won, wrong

EVIL = "<script>alert(1)</script> & 50 % $_x"


def games(cell: CellSpec) -> list[GameRecord]:
    if cell.defense:
        return [won(0, 7, vote=False), lost(1), lost(2), wrong(3), broken(4, EVIL)]
    return [won(0, 3), won(1, 4), won(2, 80), lost(3), won(4, 9)]


SPEC = EvaluationSpec.model_validate(
    {
        "name": EVIL,
        "models": [{"title": "None"}, {"title": EVIL, "defense": [{"name": "rnd"}]}],
        "threat": {"budget": 100},
        "nu": [0.01, 0.02],
    }
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole report, to look at."""
    place = tmp_path_factory.mktemp("report")
    with Database(place / "results.db") as database:
        write_report(database, [fill(database, SPEC, games)], place / "out")
    return place / "out"


class Page(HTMLParser):
    """Collects what a page would load, its tags and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "br", "link", "img"):
            self.open.append(tag)
        self.loads += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "data", "action")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "script" not in self.open and "style" not in self.open:
            self.text += data


@pytest.fixture
def page(folder: Path) -> Page:
    return Page((folder / "report.html").read_text(encoding="utf-8"))


def test_page_needs_nothing_else(folder: Path, page: Page) -> None:
    assert page.loads
    assert all(it.startswith("#") for it in page.loads)
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert re.findall(r"url\((?!#)|@import|https?://(?!www\.w3\.org/)", text) == []
    assert page.open == []


def test_what_users_wrote_is_text_and_no_markup(folder: Path, page: Page) -> None:
    assert (folder / "report.html").read_text(encoding="utf-8").count("<script>") == 1
    assert EVIL in page.text


def test_page_shows_both_criteria_with_intervals_control_and_warnings(page: Page) -> None:
    for words in ("Failure: first noisy hit", "Failure: vote of 25", "Control hits", "20.0 %", "3.6 – 62.4"):
        assert words in page.text
    assert "4 of 5 games, 1 errors" in page.text
    assert "Games that ended with an error" in page.text
    assert "Compared on the same images" in page.text
    assert "McNemar" in page.text
    assert "rnd_lab 0, torch 2" in page.text
    assert '"budget": 100' in page.text


def test_figures_lie_beside_the_page_for_papers(folder: Path) -> None:
    names = {path.stem for path in (folder / "figures").iterdir()}
    assert {"queries-1", "clean-accuracy", "failure-nu-1"} <= names
    assert all((folder / "figures" / f"{name}.{form}").stat().st_size for name in names for form in ("svg", "pdf"))


def test_csv_has_a_row_a_cell_and_a_row_a_game(folder: Path) -> None:
    cells = list(rows(folder / "cells.csv"))
    assert [(it["attacked"], it["misclassified"], it["errors"]) for it in cells] == [
        ("5", "0", "0"),
        ("3", "1", "1"),
        ("3", "1", "1"),
    ]
    told = [tuple(it[key] for key in ("model", "attack", "nu", "epsilon", "budget", "eot")) for it in cells]
    assert told[1] == ("cifar10-resnet20", "square", "0.01", "0.05", "100", "1")
    assert float(cells[0]["failure_first_hit"]) == 0.2
    assert float(cells[1]["mean_queries_published"]) == 7
    played = list(rows(folder / "games.csv"))
    assert len(played) == 15
    assert [it["status"] for it in played[5:10]] == ["success", "failure", "failure", "misclassified", "error"]
    assert played[9]["message"] == EVIL


def test_json_has_everything_but_the_games(folder: Path) -> None:
    found = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert found["evaluations"][0]["spec"] == SPEC.model_dump(mode="json")
    assert found["complete"] is False
    assert [it["state"] for it in found["cells"]] == ["complete", "4 of 5 games", "4 of 5 games"]
    assert found["cells"][0]["spec"]["threat"]["budget"] == 100
    assert found["versions"] == [VERSIONS]
    (first, *_) = found["comparisons"]
    assert (first["first"], first["second"], first["first_only"]) == (
        found["cells"][0]["cell"],
        found["cells"][1]["cell"],
        0,
    )


def test_figures_that_there_are_not_are_null(database: Database, tmp_path: Path) -> None:
    write_report(
        database, [fill(database, SPEC, lambda cell: [], planned=5)], tmp_path, ["csv", "json", "html", "latex"]
    )
    found = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert found["cells"][0]["failure_first_hit"] is None
    assert next(rows(tmp_path / "cells.csv"))["failure_first_hit"] == ""
    assert "0 of 5 games" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_latex_is_a_booktabs_table_with_everything_escaped(folder: Path) -> None:
    text = (folder / "table.tex").read_text(encoding="utf-8")
    body = text.split(r"\midrule", 1)[1].split(r"\bottomrule", 1)[0]
    columns = re.search(r"\\begin\{tabular\}\{([lr]+)\}", text)
    assert columns is not None
    lines = [line for line in body.strip().splitlines() if line != r"\addlinespace"]
    assert len(lines) == 3
    assert all(len(re.findall(r"(?<!\\)&", line)) == len(columns[1]) - 1 for line in lines)
    assert r"20.0 {\scriptsize [3.6--62.4]}" in lines[0]
    assert r"(\%)" in text.split(r"\midrule", 1)[0]
    assert escaped(EVIL) in text
    assert "Not all games were played yet" in text


def test_latex_has_the_criterion_that_ended_the_games(database: Database, tmp_path: Path) -> None:
    for ends, there in (("mean", True), ("vote", False)):
        spec = SPEC.model_copy(update={"referee": Referee(ends=ends), "name": ends})
        write_report(database, [fill(database, spec, games)], tmp_path, ["latex"])
        headings = (tmp_path / "table.tex").read_text(encoding="utf-8").split(r"\midrule")[0]
        assert bool(re.search(r"Failure:\W+mean", headings)) == there


def test_figures_of_another_report_do_not_stay_beside_it(database: Database, tmp_path: Path) -> None:
    write_report(database, [fill(database, SPEC, games)], tmp_path, ["html"])
    figures = tmp_path / "figures"
    assert (figures / "failure-nu-1.svg").exists()
    (figures / "my-own.svg").touch()
    attacks = [{"name": "square"}, {"name": "nes"}]
    maps = EvaluationSpec.model_validate({**SPEC.model_dump(), "name": "maps", "attacks": attacks, "mu": [0.01, 0.1]})
    every = write_report(database, [fill(database, maps, games)], tmp_path / "maps", ["html"])
    assert all(OWN_FIGURE.fullmatch(path.name) for path in every[1:])
    plain = SPEC.model_copy(update={"nu": ()})
    files = write_report(database, [fill(database, plain, games)], tmp_path, ["html"])
    assert set(figures.iterdir()) == {figures / "my-own.svg", *(path for path in files if path.parent == figures)}
    assert not (figures / "failure-nu-1.svg").exists()


def test_latex_tells_what_is_the_same_in_all_rows_once(database: Database, tmp_path: Path) -> None:
    write_report(database, [fill(database, SPEC, games)], tmp_path, ["latex"])
    text = (tmp_path / "table.tex").read_text(encoding="utf-8")
    headings, caption = text.split(r"\midrule")[0], text.split(r"\caption")[1]
    assert "In all rows:" in caption
    for words in re.split("; ", caption.split("In all rows: ")[1]):
        assert f" {words.split()[0]} &" not in headings


def test_signs_of_the_field_become_latex() -> None:
    assert escaped("ν=0.02, ℓ∞ & 50 %_") == r"$\nu$=0.02, $\ell_\infty$ \& 50 \%\_"
    assert escaped("[A] *") == "{[}A] {*}"
    assert escaped("AAA(α=½) ≥ 2²") == r"AAA($\alpha$=$\tfrac12$) $\geq$ 2$^2$"


def test_only_the_formats_asked_for_are_written(database: Database, tmp_path: Path) -> None:
    files = write_report(database, [fill(database, SPEC, games)], tmp_path / "out", ["csv"])
    assert (
        {path.name for path in files}
        == {path.name for path in (tmp_path / "out").iterdir()}
        == {"cells.csv", "games.csv"}
    )


def test_a_report_is_written_while_a_run_writes(database: Database, tmp_path: Path) -> None:
    number = fill(database, SPEC, games, planned=9)
    with Database(database.path, create=False) as reader:
        database.add_games([(database.cells(number)[0].id, Played(won(8)))], VERSIONS)
        write_report(reader, [number], tmp_path / "out", ["json"])
    found = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    assert found["cells"][0]["state"] == "6 of 9 games"


def test_several_evaluations_share_a_report_under_what_their_names_share(database: Database, tmp_path: Path) -> None:
    numbers = [
        fill(database, SPEC.model_copy(update={"name": f"reproduce table2 small{more}", "seeds": seeds}), games)
        for more, seeds in (("", (0,)), (", again", (0, 1)))
    ]
    write_report(database, numbers, tmp_path, ["html", "json"])
    found = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert len(found["cells"]) == 6  # three of them belong to both
    assert found["published"][0]["row"] == "none"
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<h1>reproduce table2 small</h1>" in text
    assert "Published and here" in text


def test_a_folder_that_cannot_be_written_is_told(database: Database, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(LabError, match="Choose another folder"):
        write_report(database, [fill(database, SPEC, games)], tmp_path / "file" / "out", ["csv"])


def test_an_unknown_evaluation_is_told(database: Database, tmp_path: Path) -> None:
    with pytest.raises(LabError, match="no evaluation 7"):
        write_report(database, [7], tmp_path)


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
