"""The losses (1) and (2), by hand."""

import pytest
import torch

from rnd_lab.primitives.losses import cross_entropy, margin

SCORES = torch.tensor([[4.0, 1.0, -2.0], [0.5, 2.5, 2.0], [1.0, 1.0, 0.0]])
CLASSES = torch.tensor([0, 2, 1])


def test_the_untargeted_margin_is_the_lead_of_the_true_class() -> None:
    assert margin(SCORES, CLASSES, targeted=False).tolist() == [3.0, -0.5, 0.0]


def test_the_targeted_margin_is_what_the_target_lacks() -> None:
    assert margin(SCORES, CLASSES, targeted=True).tolist() == [-3.0, 0.5, 0.0]


def test_scores_below_zero_do_not_confuse_the_margin() -> None:
    scores = torch.tensor([[-5.0, -3.0, -9.0]])
    assert margin(scores, torch.tensor([1]), targeted=False).tolist() == [2.0]
    assert margin(scores, torch.tensor([2]), targeted=True).tolist() == [6.0]


def test_the_scores_are_not_changed() -> None:
    scores = SCORES.clone()
    margin(scores, CLASSES, targeted=False)
    assert torch.equal(scores, SCORES)


def test_cross_entropy_is_the_log_likelihood_of_the_true_class() -> None:
    probabilities = torch.tensor([[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]])
    classes = torch.tensor([1, 2])
    expected = torch.tensor([0.25, 0.8]).log()
    for scores, are_logits in ((probabilities, False), (probabilities.log() + 7, True)):
        assert torch.allclose(cross_entropy(scores, classes, False, are_logits), expected)
        assert torch.allclose(cross_entropy(scores, classes, True, are_logits), -expected)


def test_a_probability_of_zero_is_a_finite_loss() -> None:
    loss = cross_entropy(torch.tensor([[1.0, 0.0]]), torch.tensor([1]), True, are_logits=False)
    assert 60 < float(loss) < 80


@pytest.mark.parametrize("targeted", [False, True])
def test_a_lower_loss_is_better_for_the_attack(targeted: bool) -> None:
    """The attack wants class 1; the scores come closer to that from row to row."""
    scores = torch.tensor([[3.0, 0.0, 1.0], [3.0, 2.0, 1.0], [3.0, 5.0, 1.0]])
    classes = torch.full((3,), 1 if targeted else 0)
    for losses in (margin(scores, classes, targeted), cross_entropy(scores, classes, targeted, are_logits=True)):
        assert losses[0] > losses[1] > losses[2]
