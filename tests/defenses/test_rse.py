"""RSE: noise between the layers, averaged over passes."""

from itertools import combinations

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor

from rnd_lab.defenses import rse
from rnd_lab.defenses.defense import Inside, answer_stack
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.defenses.rse import RseSpec
from rnd_lab.game.forward import Forward
from rnd_lab.models.noise import NoisyConv2d, keyed, noise_on
from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.errors import LabError
from tests.defenses.inside_rules import IMAGES, ask, check_keys, check_stack, network, rows


@pytest.fixture
def forward() -> Forward:
    return Forward(network("resnet20-rse"))


def test_an_answer_depends_on_its_own_row_alone(forward: Forward) -> None:
    check_keys(forward, RseSpec(passes=2))


def test_it_stacks_and_leaves_the_network_as_it_was(forward: Forward) -> None:
    check_stack(forward, RseSpec(passes=2))


def test_the_answer_is_the_mean_of_the_passes_probabilities(forward: Forward) -> None:
    passes = []
    for k in range(3):
        with torch.no_grad(), noise_on(forward.network, NoisyConv2d, keyed(rows().within(f"rse/pass{k}"))):
            passes.append(forward.network(IMAGES.contiguous(memory_format=torch.channels_last)).softmax(1))
    answer = ask(forward, RseSpec(passes=3)).exp()
    assert torch.allclose(answer, torch.stack(passes).mean(0), atol=1e-5)
    assert torch.allclose(answer.sum(1), torch.ones(24), atol=1e-5)


def test_a_noisy_defense_behind_it_is_asked_anew_in_every_pass() -> None:
    shown: list[Tensor] = []

    def model(images: Tensor, inside: tuple[Inside, ...] = ()) -> Tensor:
        shown.append(images)
        return torch.zeros(len(images), 4)

    two = Rows([1, 2], [0, 0], "probe", torch.device("cpu"))
    images = torch.full((2, 3, 8, 8), 0.5)
    answer_stack((RseSpec(passes=3), RndSpec(nu=0.1)), images, two, model)
    passes = torch.cat(shown).split(2)
    assert len(passes) == 3
    assert not any(torch.equal(one, other) for one, other in combinations(passes, 2))
    answer_stack((RseSpec(passes=1), RndSpec(nu=0.1)), images, two, model)
    assert torch.equal(shown[-1], passes[0])


def test_passes_of_a_few_images_are_one_batch_and_change_no_answer(
    forward: Forward, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def model(images: Tensor, inside: tuple[Inside, ...] = ()) -> Tensor:
        asked.append(len(images))
        return forward(images, inside)

    whole, stack = {}, (RseSpec(passes=5), RndSpec(nu=0.1))
    for at_once in (1, 100, rse.AT_ONCE):
        monkeypatch.setattr(rse, "AT_ONCE", at_once)
        whole[at_once] = answer_stack(stack, IMAGES, rows(), model)
    assert asked == [24] * 5 + [96, 24] + [120]
    assert all(torch.equal(answers, whole[1]) for answers in whole.values())


def test_more_passes_make_a_steadier_answer(forward: Forward) -> None:
    def spread(passes: int) -> float:
        answers = [ask(forward, RseSpec(passes=passes), rows=rows(24 * k)).softmax(1) for k in range(4)]
        return float(torch.stack(answers).std(0).mean())

    assert spread(8) < 0.6 * spread(1)


def test_a_network_without_its_layers_is_refused() -> None:
    with pytest.raises(LabError, match=r"RSE is noise inside.*resnet20-rse"):
        ask(Forward(network("resnet20-pni")), RseSpec())


def test_at_least_one_pass_is_needed() -> None:
    with pytest.raises(ValidationError):
        RseSpec(passes=0)
    assert RseSpec().passes == 10
