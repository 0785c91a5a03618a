"""AAA: a margin that is told upside down, with the class and the confidence kept."""

import math

import torch
from torch import Tensor

from rnd_lab.defenses.aaa import AaaSpec
from tests.defenses.asking import told


def ladder(margins: Tensor, classes: int = 10) -> Tensor:
    """Logits whose third class is the best by these margins."""
    logits = torch.zeros(len(margins), classes)
    logits[:, 2] = margins
    return logits


def margins(logits: Tensor) -> Tensor:
    top = logits.topk(2, 1).values
    return top[:, 0] - top[:, 1]


def test_within_an_interval_the_margin_told_falls_where_the_true_one_rises() -> None:
    true = torch.linspace(4.2, 7.8, 30)
    assert torch.allclose(margins(told(ladder(true), AaaSpec())), 12 - true, atol=0.15)


def test_the_sine_curve_is_the_published_one() -> None:
    true = torch.linspace(6.2, 11.8, 30)
    expected = true - 0.7 * 6 * torch.sin(2 * math.pi * (true - 9) / 6)
    assert torch.allclose(margins(told(ladder(true), AaaSpec(curve="sine"))), expected, atol=0.15)


def test_the_length_of_the_intervals_and_the_turn_can_be_chosen() -> None:
    true = torch.linspace(10.2, 19.8, 30)
    answers = told(ladder(true), AaaSpec(tau=10, alpha=0.5))
    assert torch.allclose(margins(answers), 15 - 0.5 * (true - 15), atol=0.15)


def test_the_confidence_stays_that_of_the_calibrated_model() -> None:
    logits = ladder(torch.linspace(5, 7, 20))
    for temperature in (1.0, 2.0):
        answers = told(logits, AaaSpec(temperature=temperature, beta=50))
        expected = (logits / temperature).softmax(1)[:, 2]
        assert torch.allclose(answers.softmax(1)[:, 2], expected, atol=0.03)


def test_the_class_is_kept_where_the_margin_told_comes_near_0() -> None:
    logits = ladder(torch.cat([torch.linspace(3.9, 4.1, 50), torch.linspace(0.001, 0.1, 50)]))
    for curve in ("linear", "sine"):
        answers = told(logits, AaaSpec.model_validate({"curve": curve, "beta": 0}))
        assert (answers.argmax(1) == 2).all()
