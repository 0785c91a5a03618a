"""PNI: noise on the weights, drawn anew for each query."""

import pytest

from rnd_lab.defenses.pni import PniSpec
from rnd_lab.game.forward import Forward
from rnd_lab.models.noise import NoisyWeight
from rnd_lab.primitives.errors import LabError
from tests.defenses.inside_rules import IMAGES, ask, check_keys, check_stack, network


@pytest.fixture
def forward() -> Forward:
    return Forward(network("resnet20-pni"))


def test_an_answer_depends_on_its_own_row_alone(forward: Forward) -> None:
    check_keys(forward, PniSpec())


def test_it_stacks_and_leaves_the_network_as_it_was(forward: Forward) -> None:
    check_stack(forward, PniSpec())


def test_the_trained_scales_decide_how_much_the_answers_spread(forward: Forward) -> None:
    def spread(scale: float) -> float:
        for layer in forward.network.modules():
            if isinstance(layer, NoisyWeight):
                layer.alpha.data.fill_(scale)
        return float((ask(forward, PniSpec()) - forward(IMAGES)).abs().mean())

    assert spread(0) < 1e-4
    assert spread(0.05) < spread(0.25)


def test_a_network_without_its_layers_is_refused() -> None:
    with pytest.raises(LabError, match=r"PNI is noise inside.*resnet20-pni"):
        ask(Forward(network("resnet20-rse")), PniSpec())
