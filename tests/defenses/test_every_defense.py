"""What holds for all defenses of the catalog, alone and in stacks."""

import json

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from rnd_lab.attacks.square import SquareSpec
from rnd_lab.defenses.bit_depth import BitDepthSpec
from rnd_lab.defenses.catalog import DEFENSES
from rnd_lab.defenses.defense import DefenseSpec, answer_stack
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.defenses.temperature import TemperatureSpec
from rnd_lab.defenses.top_k import TopKSpec
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.game.forward import Forward
from rnd_lab.game.threat import ThreatModel
from tests.defenses.asking import ask, noisy_network, rows, seen, told
from tests.toys import SHAPE, driver, pictures, play, record

RANDOM = ("rnd", "rse", "pni", "rfd", "boundary")
KEEP_THE_CLASS = ("aaa", "top_k", "temperature", "blacklight")
IMAGES = torch.rand(30, *SHAPE, generator=torch.Generator().manual_seed(2))
every_defense = pytest.mark.parametrize("name", DEFENSES)


def defense(name: str) -> DefenseSpec:
    return DEFENSES[name].model_validate({})


@pytest.fixture(scope="module")
def forward() -> Forward:
    return Forward(noisy_network())


@every_defense
def test_answers_are_finite_logits_of_every_image(forward: Forward, name: str) -> None:
    images = IMAGES.clone()
    answers = ask(images, forward, defense(name))
    assert answers.shape == (30, 4)
    assert answers.dtype == torch.float32
    assert answers.isfinite().all()
    assert not answers.requires_grad
    assert torch.equal(images, IMAGES)


@every_defense
def test_the_network_is_afterwards_as_it_was(forward: Forward, name: str) -> None:
    before = forward(IMAGES)
    learnable = [parameter.requires_grad for parameter in forward.network.parameters()]
    ask(IMAGES, forward, defense(name))
    assert torch.equal(forward(IMAGES), before)
    assert [parameter.requires_grad for parameter in forward.network.parameters()] == learnable


@every_defense
@pytest.mark.parametrize("micro_batch", [8, 16, 1000])
def test_an_answer_does_not_depend_on_its_company(forward: Forward, name: str, micro_batch: int) -> None:
    expected = ask(IMAGES, forward, defense(name))
    other = Forward(forward.network, micro_batch)
    assert torch.equal(ask(IMAGES, other, defense(name)), expected)
    order = torch.randperm(30, generator=torch.Generator().manual_seed(micro_batch))
    for some in (order, order[:11], order[11:12]):
        answers = answer_stack((defense(name),), IMAGES[some], rows(30).take(some.tolist()), other)
        assert torch.equal(answers, expected[some])


@every_defense
def test_chance_is_fresh_for_every_query_and_game_where_there_is_any(forward: Forward, name: str) -> None:
    same = IMAGES[:1].expand(20, -1, -1, -1)
    spec = defense(name)
    answers = torch.cat([ask(same, forward, spec), ask(same, forward, spec, first=20), ask(same, forward, spec, key=1)])
    assert len(torch.unique(answers, dim=0)) == (60 if name in RANDOM else 1)
    assert spec.random == (name in RANDOM)


@every_defense
def test_two_of_a_kind_draw_numbers_of_their_own(forward: Forward, name: str) -> None:
    spec = defense(name)
    inner = ask(IMAGES, forward, TemperatureSpec(temperature=1), spec)
    assert torch.equal(ask(IMAGES, forward, spec), inner) == (name not in RANDOM)


@pytest.mark.parametrize("name", KEEP_THE_CLASS)
@given(st.lists(st.lists(st.floats(-30, 30, width=32), min_size=5, max_size=5), min_size=1, max_size=4))
def test_the_class_is_kept(name: str, scores: list[list[float]]) -> None:
    logits = torch.tensor(scores)
    top = logits.topk(2, 1).values
    clear = top[:, 0] - top[:, 1] > 1e-4
    assert torch.equal(told(logits, defense(name)).argmax(1)[clear], logits.argmax(1)[clear])


@pytest.mark.parametrize("name", ["rnd", "jpeg", "bit_depth"])
@given(level=st.floats(0, 1, width=32))
def test_the_model_sees_images_in_the_box(name: str, level: float) -> None:
    shown = seen(torch.full((2, 3, 8, 8), level), defense(name))
    assert shown.shape == (2, 3, 8, 8)
    assert shown.dtype == torch.float32
    assert 0 <= shown.min() <= shown.max() <= 1


@every_defense
def test_a_game_is_the_same_however_it_is_played(name: str) -> None:
    network = noisy_network()
    games = pictures(4, network)

    def outcomes(slots: int, micro_batch: int) -> dict[str, object]:
        played = driver(
            Forward(network, micro_batch),
            SquareSpec(),
            ThreatModel(budget=12, eot=2, account="adaptive"),
            (defense(name), RndSpec(nu=0.01)),
            slots=slots,
        )
        return {outcome.game.name: record(outcome) for outcome in play(played, games)}

    assert outcomes(4, 256) == outcomes(1, 8)


@given(st.lists(st.sampled_from(sorted(DEFENSES)), max_size=4))
def test_a_stack_comes_back_from_json_in_its_order(names: list[str]) -> None:
    spec = RunSpec.model_validate({"defense": [{"name": name} for name in names]})
    again = RunSpec.model_validate(json.loads(json.dumps(spec.model_dump(mode="json"))))
    assert again == spec
    assert [type(defense) for defense in again.defense] == [DEFENSES[name] for name in names]


def test_the_first_of_a_stack_changes_the_query_first_and_the_answer_last() -> None:
    on_grid = seen(IMAGES, RndSpec(nu=0.1), BitDepthSpec(bits=2)) * 3
    off_grid = seen(IMAGES, BitDepthSpec(bits=2), RndSpec(nu=0.1)) * 3
    assert torch.allclose(on_grid, on_grid.round(), atol=1e-5)
    assert not torch.allclose(off_grid, off_grid.round(), atol=1e-2)
    logits = torch.tensor([[4.0, 2.0, 0.0, -2.0]])
    outer, inner = TopKSpec(k=2), TemperatureSpec(temperature=2)

    def probabilities(*stack: DefenseSpec) -> Tensor:
        return told(logits, *stack).softmax(1)[0]

    assert torch.allclose(probabilities(outer, inner)[:2], (logits / 2).softmax(1)[0, :2])
    assert not torch.allclose(probabilities(inner, outer)[:2], (logits / 2).softmax(1)[0, :2])


def test_every_defense_is_known_by_its_name_and_explains_itself() -> None:
    for name, kind in DEFENSES.items():
        assert defense(name).name == name
        assert kind.title
        assert kind.summary.endswith(".")
        assert all(info.description for field, info in kind.model_fields.items() if field != "name")
