"""How cells are told apart in tables and legends."""

from collections.abc import Callable

from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.reports.axes import defended_title, row_title, varies
from rnd_lab.reports.identity import labels, names
from rnd_lab.reports.summary import CellSummary, summarize
from rnd_lab.results.database import Database
from tests.reports.conftest import fill, won

Make = Callable[..., tuple[CellSummary, ...]]
RND = {"defense": [{"name": "rnd"}]}


def grid(database: Database, **settings: object) -> tuple[CellSummary, ...]:
    spec = EvaluationSpec.model_validate(settings)
    return summarize(database, fill(database, spec, lambda cell: [won(0)]))


def test_only_what_differs_is_a_column(cells: Make) -> None:
    assert names(cells({"None": [won(0)]})) == [{"Defended model": "None", "Attack": "Square"}]
    both = names(cells({"None": [won(0)], "RND": [won(0)]}))
    assert [(it["Defended model"], it["ν"]) for it in both] == [("None", 0), ("RND", 0.023)]


def test_each_attack_has_its_own_usual_mu(database: Database) -> None:
    attacks = [{"name": "square"}, {"name": "nes"}]
    assert all("μ" not in it for it in names(grid(database, attacks=attacks)))
    swept = names(grid(database, attacks=attacks, mu=[0.01, 0.1]))
    assert [it["μ"] for it in swept] == [0.01, 0.1, 0.01, 0.1]
    assert {it["Attack"] for it in swept} == {"Square", "NES"}


def test_rows_of_one_title_on_other_models_are_told_apart(database: Database) -> None:
    models = [{"title": "RND", "model": {"source": name}, **RND} for name in ("cifar10-resnet20", "nets/mine.pt")]
    assert [it["Model"] for it in names(grid(database, models=models))] == ["cifar10-resnet20", "mine"]
    models[1]["title"] = "Mine"
    assert all("Model" not in it for it in names(grid(database, models=models)))


def test_settings_that_differ_are_in_the_attacks_name(database: Database) -> None:
    found = names(grid(database, attacks=[{"name": "nes"}, {"name": "nes", "samples": 10}]))
    assert [it["Attack"] for it in found] == ["NES", "NES(samples=10)"]


def test_a_title_of_the_users_stands_beside_nu(database: Database) -> None:
    found = grid(database, models=[{"title": "Mine · at last", **RND}], nu=[0.01, 0.02])
    assert {row_title(it.cell) for it in found} == {"Mine · at last"}
    assert labels(names(found)) == ["ν 0.01", "ν 0.02"]
    assert defended_title(found) == "Mine · at last"


def test_legends_say_no_more_than_is_needed(database: Database) -> None:
    found = grid(database, models=[{}, RND], nu=[0.01, 0.02])
    assert labels(names(found)) == ["none", "RND(ν=0.01)", "RND(ν=0.02)"]
    assert defended_title(found) == "cifar10-resnet20, RND"


def test_a_model_without_rnd_is_no_second_place_on_the_axis(database: Database) -> None:
    found = grid(database, models=[{}, RND])
    assert not varies(found, "nu")
    assert varies(grid(database, models=[{}, RND], nu=[0.01, 0.02]), "nu")


def test_cells_that_differ_in_their_images_alone_are_told_apart(database: Database) -> None:
    plain, rounded = (grid(database, threat={"eight_bit": eight}) for eight in (False, True))
    assert labels(names([*plain, *rounded])) == ["8-bit images no", "8-bit images yes"]
    some, others = (grid(database, data={"images": 5, "seed": seed}) for seed in (0, 1))
    assert labels(names([*plain, *some, *others])) == [
        "Chosen images all, Choice 0",
        "Chosen images 5, Choice 0",
        "Chosen images 5, Choice 1",
    ]
