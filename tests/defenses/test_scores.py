"""Defenses that change the scores: noise near the boundary, rounding, truncation, temperature."""

import pytest
import torch

from rnd_lab.defenses.boundary import BoundarySpec
from rnd_lab.defenses.rounding import RoundingSpec
from rnd_lab.defenses.temperature import TemperatureSpec
from rnd_lab.defenses.top_k import TopKSpec
from tests.defenses.asking import told

SURE = torch.tensor([[9.0, 0.0, 1.0, -1.0]])
UNSURE = torch.tensor([[0.3, 0.2, 0.1, 0.0]])


def test_only_unsure_answers_are_noisy() -> None:
    logits = torch.cat([SURE.expand(1000, -1), UNSURE.expand(1000, -1)])
    answers = told(logits, BoundarySpec(theta=0.5, sigma=0.2))
    assert torch.equal(answers[:1000], logits[:1000])
    noise = (answers - logits)[1000:]
    assert float(noise.mean()) == pytest.approx(0, abs=0.01)
    assert float(noise.std()) == pytest.approx(0.2, rel=0.03)


def test_the_threshold_is_on_the_highest_probability() -> None:
    highest = float(UNSURE.softmax(1).max())
    assert torch.equal(told(UNSURE, BoundarySpec(theta=highest - 1e-4)), UNSURE)
    assert not torch.equal(told(UNSURE, BoundarySpec(theta=highest + 1e-4)), UNSURE)


@pytest.mark.parametrize("decimals", [1, 2, 3])
def test_probabilities_are_rounded(decimals: int) -> None:
    probabilities = torch.tensor([[0.6204, 0.3496, 0.0296, 0.0004]])
    answers = told(probabilities.log(), RoundingSpec(decimals=decimals))
    expected = probabilities.round(decimals=decimals)
    assert torch.allclose(answers.softmax(1), expected / expected.sum(), atol=1e-5)
    assert answers.isfinite().all()


def test_what_is_rounded_to_nothing_is_told_as_nothing() -> None:
    answers = told(torch.tensor([[30.0, 0.0, -5.0]]), RoundingSpec(decimals=3))
    assert float(answers.softmax(1)[0, 1:].sum()) < 1e-20
    assert answers[0, 1] == answers[0, 2]


def test_the_k_highest_probabilities_are_told_and_the_rest_is_even() -> None:
    logits = torch.tensor([[0.0, 3.0, 1.0, 2.0, -1.0]])
    true, answer = logits.softmax(1)[0], told(logits, TopKSpec(k=2)).softmax(1)[0]
    assert torch.allclose(answer[[1, 3]], true[[1, 3]])
    assert torch.allclose(answer[[0, 2, 4]], (1 - true[1] - true[3]).expand(3) / 3)


def test_with_as_many_classes_as_there_are_nothing_is_hidden() -> None:
    for k in (4, 9):
        assert torch.allclose(told(SURE, TopKSpec(k=k)).softmax(1), SURE.softmax(1))


def test_very_sure_scores_stay_finite() -> None:
    logits = torch.tensor([[500.0, 0.0, 1.0, -500.0]])
    for spec in (TopKSpec(k=1), TopKSpec(k=3), RoundingSpec(), TemperatureSpec()):
        assert told(logits, spec).isfinite().all()


def test_the_temperature_divides_the_logits() -> None:
    assert torch.allclose(told(SURE, TemperatureSpec(temperature=4)), SURE / 4)
