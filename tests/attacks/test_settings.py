"""Specs: published settings, the catalog, pictures of probes."""

import math

import pytest
import torch
from pydantic import TypeAdapter, ValidationError

from rnd_lab.attacks.attack import Arena, AttackSpec
from rnd_lab.attacks.catalog import ATTACKS, AnyAttack
from rnd_lab.attacks.nes import NesSpec
from rnd_lab.attacks.probe_picture import coarse, example_probe, noise_beside, sparkline
from rnd_lab.attacks.simba import SimbaSpec
from rnd_lab.attacks.square import SquareSpec
from rnd_lab.primitives.geometry import Norm
from tests.attacks.harness import CASES, case_name, picture

KINDS = list(ATTACKS.values())
DATA: list[tuple[str, Norm]] = [(data, norm) for data in ("cifar10", "imagenet") for norm in ("linf", "l2")]


@pytest.mark.parametrize("kind", KINDS)
def test_published_settings_are_valid_and_for_norms_that_the_attack_plays(kind: type[AttackSpec]) -> None:
    for table in (kind.paper, kind.authors):
        assert {norm for _, norm in table} <= set(kind.norms)
        assert {data for data, _ in table} <= {"cifar10", "imagenet"}
    for data, norm in DATA:
        for spec in kind.presets(data, norm).values():
            if norm in kind.norms:
                assert spec.build(Arena(1, (3, 8, 8), norm, 0.05, 100)).image.shape == (1, 3, 8, 8)


def test_published_settings_are_those_of_the_paper() -> None:
    nes = ATTACKS["nes"].for_data("cifar10", "linf")
    assert nes.model_dump() == {"name": "nes", "mu": 0.01, "samples": 30, "step": 0.01}
    zs = ATTACKS["zs"].for_data("imagenet", "linf")
    assert zs.model_dump() == {"name": "zs", "mu": 0.1, "samples": 100, "step": 0.02}
    assert ATTACKS["square"].for_data("cifar10", "l2").model_dump()["p"] == 0.1
    assert ATTACKS["square"].for_data("cifar10", "linf").model_dump()["p"] == 0.05
    assert ATTACKS["eco"].for_data("imagenet", "linf").model_dump()["block"] == 16
    bandit = ATTACKS["bandit"].for_data("cifar10", "linf").model_dump()
    assert (bandit["prior"], bandit["probe"], bandit["step"], bandit["exploration"]) == (20, 0.01, 0.01, 0.1)
    assert bandit["prior_rate"] == pytest.approx(0.1 / 255, rel=0.03)
    simba = ATTACKS["simba"].for_data("imagenet", "l2").model_dump()
    assert (simba["basis"], simba["frequencies"], simba["stride"], simba["step"]) == ("dct", 28, 7, 0.2)


def test_the_authors_settings_stand_beside_the_published_ones_where_they_differ() -> None:
    assert list(ATTACKS["nes"].presets("cifar10", "linf")) == ["paper"]
    eco = ATTACKS["eco"].presets("imagenet", "linf")
    assert {name: spec.model_dump()["block"] for name, spec in eco.items()} == {"paper": 16, "authors": 32}
    bandit = ATTACKS["bandit"].presets("imagenet", "linf")["authors"].model_dump()
    assert bandit["probe"] == 0.1
    assert bandit["exploration"] == pytest.approx(1 / math.sqrt(7500))
    weight = bandit["prior_rate"] / (bandit["probe"] * bandit["exploration"])
    assert weight == pytest.approx(100 / (0.1 * math.sqrt(7500)))


def test_settings_are_unknown_data_sets_defaults() -> None:
    assert ATTACKS["nes"].for_data("something else", "l2") == NesSpec()


@pytest.mark.parametrize("kind", KINDS)
def test_a_stored_attack_is_found_by_its_name(kind: type[AttackSpec]) -> None:
    adapter: TypeAdapter[AttackSpec] = TypeAdapter(AnyAttack)
    spec = kind.for_data("cifar10", "l2")
    assert ATTACKS[spec.name] is kind
    assert adapter.validate_json(adapter.dump_json(spec)) == spec
    with pytest.raises(ValidationError):
        adapter.validate_python({"name": spec.name, "no such setting": 1})


@pytest.mark.parametrize("kind", KINDS)
def test_every_setting_is_described(kind: type[AttackSpec]) -> None:
    assert kind.title
    assert kind.summary.endswith((".", "?"))
    for name, field in kind.model_fields.items():
        assert name == "name" or field.description


@pytest.mark.parametrize(("spec", "norm"), CASES, ids=case_name)
def test_the_picture_of_a_probe_is_what_a_probe_changes(spec: AttackSpec, norm: Norm) -> None:
    image = picture((3, 16, 12))
    probe = example_probe(spec, image, norm, 0.05 if norm == "linf" else 0.5)
    assert probe.shape == image.shape
    assert probe.isfinite().all()
    assert probe.any()
    assert float(probe.abs().max()) <= (0.1 if norm == "linf" else 1.0) + 1e-6
    assert torch.equal(probe, example_probe(spec, image, norm, 0.05 if norm == "linf" else 0.5))


def test_pictures_of_probes_differ_as_the_attacks_do() -> None:
    image = torch.full((3, 32, 32), 0.4)
    square, nes, simba = (example_probe(spec, image) for spec in (SquareSpec(), NesSpec(), SimbaSpec()))
    assert 0 < int(square.any(0).sum()) <= 49
    assert int((nes != 0).sum()) > 3000
    assert int((simba != 0).sum()) == 1


@pytest.mark.parametrize("name", ["rgf", "random_search", "nes", "zs"])
def test_noise_beside_a_gaussian_probe_is_nu_by_mu_which_is_its_length(name: str) -> None:
    spec = ATTACKS[name].model_validate({"mu": 0.005})
    probe = example_probe(spec, torch.full((3, 32, 32), 0.4))
    assert noise_beside(spec, probe, 0.02) == "4.0×"
    assert float(probe.norm()) == pytest.approx(0.005 * math.sqrt(3072), rel=0.05)


@pytest.mark.parametrize(("name", "length"), [("bandit", 0.01), ("simba", 0.2)])
def test_noise_is_compared_with_the_length_of_any_other_probe(name: str, length: float) -> None:
    spec = ATTACKS[name].for_data("cifar10", "l2")
    probe = example_probe(spec, torch.full((3, 32, 32), 0.4), "l2", 1)
    assert float(noise_beside(spec, probe, 0.02)[:-1]) == pytest.approx(0.02 * math.sqrt(3072) / length, rel=0.02)
    assert noise_beside(spec, torch.zeros(3, 2, 2), 0.02) == "inf×"


def test_a_coarse_picture_loses_no_small_change() -> None:
    probe = torch.zeros(3, 224, 200)
    probe[1, 100, 150], probe[2, 223, 199] = -0.2, 0.1
    small = coarse(probe, 32)
    assert small.shape == (3, 32, 29)
    assert sorted(small[small != 0].tolist()) == pytest.approx([-0.2, 0.1])
    assert torch.equal(coarse(probe, 224), probe)


def test_a_sparkline_goes_through_all_channels_and_tells_up_from_down() -> None:
    probe = torch.zeros(3, 6, 6)
    assert sparkline(probe) == "▄" * 18
    probe[0, 0, 3], probe[2, 5] = 0.03, -0.04
    assert sparkline(probe) == "▆" + "▄" * 16 + "▁"
