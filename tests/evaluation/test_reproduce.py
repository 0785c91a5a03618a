"""The paper's evaluations as specs."""

import shutil
from pathlib import Path
from typing import get_args

import pytest

from rnd_lab.data.set_spec import DataSpec
from rnd_lab.evaluation.axes import mu_of, nu_of
from rnd_lab.evaluation.reproduce import TITLES, Name, reproduce
from rnd_lab.models.bundled import bundled_folder, cards
from rnd_lab.models.spec import ModelSpec


@pytest.mark.parametrize("name", get_args(Name))
def test_small_ones_need_nothing_but_the_lab(name: Name) -> None:
    for spec in reproduce(name):
        assert spec.data.source == "samples:cifar10"
        assert all(it.model.source.startswith("cifar10-resnet20") for it in spec.models)
        assert spec.name.startswith(f"reproduce {name} small")
    assert name in TITLES


def test_full_ones_have_the_published_protocol() -> None:
    for spec in reproduce("table2", "full", models=Path("mine")):
        assert (spec.threat.budget, spec.data.images, spec.referee.ends) == (10_000, 1000, "first_hit")
        assert spec.threat.epsilon == (0.05 if spec.threat.norm == "linf" else 1.0)
        assert spec.models[0].model.source == str(Path("mine/wrn28-standard.safetensors"))


def test_the_budget_can_be_another() -> None:
    assert {spec.threat.budget for spec in reproduce("table1", budget=400)} == {400}
    assert reproduce("figure-clean-accuracy", budget=77)[0].threat.budget == 1


def test_the_main_comparison_has_all_attacks_and_rows() -> None:
    cells = [cell for spec in reproduce("table2") for cell in spec.cells()]
    rows = {title.split(" · ")[0] for title, _ in cells}
    attacks = {cell.attack.name for _, cell in cells}
    assert {"None", "RND", "GF", "RND-GF"} <= {row.split(" ν")[0] for row in rows}
    assert attacks == {"nes", "zs", "bandit", "sign_hunter", "square", "eco", "simba"}
    assert len(cells) == len(rows) * len(attacks)
    assert {nu_of(cell.defense) for title, cell in cells if title.startswith("RND ")} == {0.02}


def test_every_row_of_the_small_comparison_has_its_model() -> None:
    known = {card.name for card in cards(bundled_folder())}
    assert {it.model.source for spec in reproduce("table2") for it in spec.models} <= known
    assert {it.title for it in reproduce("table2", "full")[0].models} >= {"AT", "RND-AT"}


def test_the_slow_rows_are_there_where_they_are_wished() -> None:
    titles = {spec.name: [it.title for it in spec.models] for spec in reproduce("table2", slow=True)}
    nine = ["None", "RND", "GF", "RND-GF", "AT", "RND-AT", "RSE", "PNI", "FD"]
    assert titles == {"reproduce table2 small": nine, "reproduce table2 small, ℓ2": nine}
    assert {"RSE", "PNI"}.isdisjoint(it.title for it in reproduce("table2")[0].models)


def test_full_ones_have_more_rows_where_the_folder_has_the_weights(tmp_path: Path) -> None:
    (tmp_path / "wrn28-pni.safetensors").touch()
    rows = {it.title: it for it in reproduce("table2", "full", models=tmp_path)[0].models}
    assert set(rows) == {"None", "RND", "GF", "RND-GF", "AT", "RND-AT", "PNI"}
    assert [it.name for it in rows["PNI"].defense] == ["pni"]


def test_the_table_of_repeats_has_both_budgets() -> None:
    cells = [cell for spec in reproduce("table1") for _, cell in spec.cells()]
    assert {(cell.threat.account, cell.threat.eot) for cell in cells} == {
        (account, times) for account in ("fixed", "adaptive") for times in (1, 5, 10)
    }


def test_grids_span_both_axes() -> None:
    (spec,) = reproduce("figure-nes-mu-nu")
    points = {(nu_of(cell.defense), mu_of(cell.attack)) for _, cell in spec.cells()}
    assert len(points) == len(spec.nu) * len(spec.mu) == len(spec.cells())


def test_weights_of_others_for_imagenet_are_told_their_architecture(tmp_path: Path) -> None:
    def models() -> dict[str, ModelSpec]:
        specs = reproduce("table2", "full", imagenet=DataSpec(source="photographs"), models=tmp_path)
        return {row.title: row.model for spec in specs if "ImageNet" in spec.name for row in spec.models}

    assert models()["AT"] == ModelSpec(source=str(tmp_path / "resnet50-at.safetensors"), architecture="resnet50")
    shutil.copy(bundled_folder() / "cifar10-resnet20.json", tmp_path / "resnet50-at.json")  # a card knows it
    assert models()["AT"].architecture is None
    assert models()["None"].architecture is None


def test_imagenet_uses_its_own_settings_and_models() -> None:
    specs = reproduce("table2", "full", imagenet=DataSpec(source="photographs"))
    (linf, l2) = [spec for spec in specs if "ImageNet" in spec.name]
    assert linf.models[0].model.source == "torchvision:resnet50"
    assert l2.threat.epsilon == 5.0
    assert next(attack for attack in linf.attacks if attack.name == "nes").mu == 0.1
