"""From a spec to its cells."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from rnd_lab.attacks.eco import EcoSpec
from rnd_lab.attacks.nes import NesSpec
from rnd_lab.attacks.sign_hunter import SignHunterSpec
from rnd_lab.attacks.square import SquareSpec
from rnd_lab.defenses.jpeg import JpegSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.evaluation.axes import mu_of, nu_of
from rnd_lab.evaluation.spec import DefendedModel, EvaluationSpec, read_evaluation
from rnd_lab.game.threat import ThreatModel
from rnd_lab.primitives.errors import LabError

NOISY = DefendedModel(defense=(RndSpec(),))


def test_every_combination_is_a_cell() -> None:
    spec = EvaluationSpec(
        models=(NOISY,),
        attacks=(NesSpec(), SquareSpec()),
        nu=(0.01, 0.02),
        mu=(0.1, 0.2, 0.3),
        eot=(1, 5),
        epsilon=(0.03, 0.05),
        goals=("untargeted", "targeted"),
        seeds=(0, 1),
    )
    cells = [cell for _, cell in spec.cells()]
    assert len(cells) == 2 * 2 * 3 * 2 * 2 * 2 * 2
    assert len({cell.digest for cell in cells}) == len(cells)
    assert {(nu_of(cell.defense), mu_of(cell.attack)) for cell in cells} == {
        (nu, mu) for nu in (0.01, 0.02) for mu in (0.1, 0.2, 0.3)
    }


def test_an_axis_that_means_nothing_to_a_cell_makes_no_copies() -> None:
    spec = EvaluationSpec(models=(DefendedModel(), NOISY), attacks=(SignHunterSpec(),), nu=(0.01, 0.02), mu=(0.1, 0.2))
    assert [nu_of(cell.defense) for _, cell in spec.cells()] == [0, 0.01, 0.02]


def test_titles_tell_cells_apart() -> None:
    spec = EvaluationSpec(
        models=(DefendedModel(title="mine"), NOISY),
        attacks=(NesSpec(), SquareSpec()),
        nu=(0.01, 0.02),
        mu=(0.1, 0.2),
        eot=(1, 5),
        goals=("untargeted", "targeted"),
        seeds=(0, 1),
    )
    titles = [title for title, _ in spec.cells()]
    assert len(set(titles)) == len(titles)
    assert titles[0].startswith("mine")


def test_what_an_attack_cannot_do_is_refused_at_once() -> None:
    with pytest.raises(ValidationError, match="not defined for ℓ2"):
        EvaluationSpec(attacks=(EcoSpec(),), threat=ThreatModel(norm="l2"))
    with pytest.raises(ValidationError, match="p"):
        EvaluationSpec(mu=(7.0,))
    few = {"attacks": (SquareSpec(), NesSpec()), "threat": ThreatModel(budget=100), "eot": (1, 5)}
    with pytest.raises(ValidationError, match=r"NES asks 30 queries, each 5 times.*at least 150"):
        EvaluationSpec(**few)
    assert EvaluationSpec(**(few | {"threat": ThreatModel(budget=30, account="adaptive")}))


def test_equal_specs_are_the_same_evaluation_in_another_process(tmp_path: Path) -> None:
    spec = EvaluationSpec(models=(NOISY,), nu=(0.01, 0.02))
    file = tmp_path / "spec.json"
    file.write_text(spec.model_dump_json())
    assert read_evaluation(file).digest == spec.digest
    assert read_evaluation(file).cells() == spec.cells()
    assert EvaluationSpec(models=(NOISY,), nu=(0.01, 0.03)).digest != spec.digest


def test_a_spec_that_is_none_is_told(tmp_path: Path) -> None:
    file = tmp_path / "spec.json"
    file.write_text("{")
    with pytest.raises(LabError, match="cannot be read"):
        read_evaluation(file)
    file.write_text(json.dumps({"budgets": 3}))
    with pytest.raises(LabError, match="budgets"):
        read_evaluation(file)
    file.write_text(json.dumps({"models": [{"defense": [{"name": "rnd", "nu": 2}]}]}))
    with pytest.raises(LabError, match=r"is not an evaluation: models\.0\.\S+nu: [^;]*$"):
        read_evaluation(file)  # and not that there are too few models
    file.write_text(json.dumps({"models": []}))
    with pytest.raises(LabError, match="at least 1 item"):
        read_evaluation(file)


def test_only_a_row_with_rnd_is_named_after_its_nu() -> None:
    models = (DefendedModel(title="JPEG", defense=(JpegSpec(),)), DefendedModel(title="RND", defense=(RndSpec(),)))
    titles = [title.split(" · ")[0] for title, _ in EvaluationSpec(models=models, nu=(0.01, 0.05)).cells()]
    assert titles == ["JPEG", "RND ν=0.01", "RND ν=0.05"]
