"""Which figures a report draws, and that they can stand in a page."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
from matplotlib.figure import Figure

from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.reports.content import Report, read_report
from rnd_lab.reports.drawing import Drawing, inline, pens, render
from rnd_lab.results.cell import CellSpec
from rnd_lab.results.database import Database
from rnd_lab.results.record import GameRecord
from tests.reports.conftest import fill, lost, won, wrong

RND = {"title": "RND $x$ <b>", "defense": [{"name": "rnd"}]}
GAMES = [won(0, 3), won(1, 40, vote=False), lost(2), lost(3), wrong(4)]


def report(database: Database, **settings: object) -> Report:
    spec = EvaluationSpec.model_validate({"threat": {"budget": 100}, **settings})
    return read_report(database, [fill(database, spec, games)])


def games(cell: CellSpec) -> list[GameRecord]:
    return GAMES


def panels(found: Report) -> dict[str, list[str]]:
    return {plate.title: [it.title for it in plate.drawings] for plate in found.plates}


def written(drawing: Drawing) -> dict[tuple[float, float], str]:
    """What stands at each column and row, from below, of a map."""
    axes = Figure().add_subplot()
    drawing.paint(axes)
    return {text.get_position(): text.get_text() for text in axes.texts}


def test_plain_comparison_has_a_map_by_both_criteria_and_success_curves(database: Database) -> None:
    found = report(database, models=[{}, RND], attacks=[{"name": "square"}, {"name": "nes"}])
    assert panels(found) == {
        "Attacks × defenses": [
            "Attacks and defended models: first noisy hit",
            "Attacks and defended models: vote of 25",
        ],
        "Success against queries": ["Square", "NES"],
    }


def test_map_says_what_failed_by_its_criterion_where_its_cell_stands(database: Database) -> None:
    spec = EvaluationSpec.model_validate(
        {"models": [{}, RND], "attacks": [{"name": "square"}, {"name": "nes"}], "threat": {"budget": 100}}
    )

    def games(cell: CellSpec) -> list[GameRecord]:
        """The plain model loses; with RND Square wins by luck half of the time, and NES never."""
        if not cell.defense:
            return [won(0), won(1), won(2), won(3)]
        return [won(0, vote=False), won(1, vote=False), lost(2), lost(3)] if cell.attack.name == "square" else [lost(0)]

    found = read_report(database, [fill(database, spec, games)])
    first_hit, vote = (written(it) for it in found.plates[0].drawings)
    assert first_hit == {(0, 1): "0", (1, 1): "0", (0, 0): "50", (1, 0): "100"}
    assert vote == {(0, 1): "0", (1, 1): "0", (0, 0): "100", (1, 0): "100"}


@pytest.mark.parametrize("one", [{"models": [RND]}, {"attacks": [{"name": "square"}]}])
def test_one_attack_or_one_defended_model_has_success_curves_alone(database: Database, one: dict[str, object]) -> None:
    both = {"models": [{}, RND], "attacks": [{"name": "square"}, {"name": "nes"}]}
    assert list(panels(report(database, **{**both, **one}))) == ["Success against queries"]


def test_sweep_of_nu_shows_clean_accuracy_beside_failure(database: Database) -> None:
    found = report(database, models=[{}, RND], nu=[0.01, 0.02])
    assert panels(found)["Over ν"] == ["Clean accuracy", "Square"]


def test_what_is_solid_is_told_where_games_ended_by_several_criteria(database: Database) -> None:
    def about(*ends: str) -> str:
        specs = [
            EvaluationSpec.model_validate({"name": it, "models": [RND], "nu": [0, 0.1], "referee": {"ends": it}})
            for it in ends
        ]
        found = read_report(database, [fill(database, spec, games) for spec in specs])
        return next(plate.about for plate in found.plates if plate.title == "Over ν")

    assert "Solid: by vote of 25, which ended the games" in about("vote")
    both = about("first_hit", "vote")
    assert "Solid: by the criterion, which ended the games" in both
    assert "dotted: by vote of 25 or first noisy hit where that did." in both
    assert "dotted: by vote of 25." in about("first_hit", "mean")


def test_sweep_of_both_has_a_map_by_both_criteria(database: Database) -> None:
    found = report(database, models=[RND], nu=[0.01, 0.02], mu=[0.05, 0.1])
    assert panels(found)["μ × ν"] == ["Square: first noisy hit", "Square: vote of 25"]
    assert panels(found)["Over μ"] == ["Square"]


@pytest.mark.parametrize(("axis", "title"), [({"eot": [1, 5]}, "Over M"), ({"epsilon": [0.03, 0.05]}, "Over ε")])
def test_other_axes_have_curves(database: Database, axis: dict[str, object], title: str) -> None:
    assert panels(report(database, models=[RND], **axis))[title] == ["Square"]


def test_a_budget_of_one_query_measures_clean_accuracy_alone(database: Database) -> None:
    found = report(database, models=[RND], nu=[0.01, 0.02], threat={"budget": 1})
    assert panels(found) == {"Over ν": ["Clean accuracy"]}


def test_nothing_played_draws_nothing(database: Database) -> None:
    spec = EvaluationSpec()
    assert read_report(database, [fill(database, spec, lambda cell: [], planned=4)]).plates == ()


def test_every_figure_is_drawn_alike_again_and_fits_into_a_page(database: Database) -> None:
    found = report(database, models=[{}, RND], nu=[0.01, 0.02], mu=[0.05, 0.1])
    drawings = [drawing for plate in found.plates for drawing in plate.drawings]
    assert len({it.name for it in drawings}) == len(drawings)
    identifiers: list[str] = []
    for drawing in drawings:
        files = render(drawing)
        assert files["pdf"].startswith(b"%PDF")
        text = inline(files["svg"], drawing.name)
        ElementTree.fromstring(text.replace("xlink:", ""))  # well-formed, whatever the titles hold
        assert "currentColor" in text
        assert "metadata" not in text
        identifiers += re.findall(r'\bid="([^"]+)"', text)
    assert len(set(identifiers)) == len(identifiers)
    assert render(drawings[0]) == render(drawings[0])


def test_each_success_curve_ends_at_its_own_budget(database: Database) -> None:
    found = report(database, threat={"budget": 100, "account": "adaptive"}, eot=[1, 5])
    (drawing,) = (it for plate in found.plates if plate.title == "Success against queries" for it in plate.drawings)
    axes = Figure().add_subplot()
    drawing.paint(axes)
    assert sorted(float(line.get_xdata()[-1]) for line in axes.lines) == [100, 500]


def test_lines_can_be_told_apart_without_colours() -> None:
    assert len({(pen.marker, pen.linestyle) for pen in pens(28)}) == 28
