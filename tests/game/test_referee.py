"""Who has won: hand-made answers."""

import torch

from rnd_lab.game.referee import fooled, judge

TRUE = torch.tensor([0])


def answers(*classes: int, sure: tuple[int, ...] = ()) -> torch.Tensor:
    """One image's answers with these top classes; those at the places in ``sure`` are sure of it."""
    scores = torch.zeros(1, len(classes), 3)
    for place, top in enumerate(classes):
        scores[0, place, top] = 9.0 if place in sure else 0.2
    return scores


def test_an_answer_is_a_win_with_any_other_class_or_with_exactly_the_target() -> None:
    scores = torch.eye(3)
    classes = torch.tensor([0, 0, 0])
    assert fooled(scores, classes, targeted=False).tolist() == [False, True, True]
    assert fooled(scores, classes + 1, targeted=True).tolist() == [False, True, False]


def test_the_first_answer_is_the_noisy_hit() -> None:
    assert judge(answers(1, 0, 0), TRUE, targeted=False).first_hit
    assert not judge(answers(0, 1, 1), TRUE, targeted=False).first_hit


def test_the_vote_is_won_by_the_most_frequent_class() -> None:
    assert not judge(answers(0, 1, 2, 0), TRUE, targeted=False).vote
    assert judge(answers(0, 1, 1, 0, 1), TRUE, targeted=False).vote
    assert judge(answers(0, 1, 1, 2, 1), torch.tensor([1]), targeted=True).vote
    assert not judge(answers(0, 1, 2, 2, 1, 2), torch.tensor([1]), targeted=True).vote


def test_a_tie_of_the_vote_is_no_win_whatever_the_classes_are_called() -> None:
    for top, other in ((0, 1), (1, 0)):
        ballots = answers(top, other, top, other)
        assert not judge(ballots, torch.tensor([top]), targeted=False).vote
        assert not judge(ballots, torch.tensor([top]), targeted=True).vote


def test_the_mean_is_of_probabilities() -> None:
    one_sure = answers(0, 1, 1, sure=(0,))
    assert judge(one_sure, TRUE, targeted=False).vote
    assert not judge(one_sure, TRUE, targeted=False).mean
    huge = answers(1, 0, 0, sure=(0, 1, 2))
    huge[0, 0] *= 1000
    assert not judge(huge, TRUE, targeted=False).mean


def test_each_image_is_judged_by_its_own_answers_and_class() -> None:
    both = torch.cat([answers(1, 1, 0), answers(0, 2, 2)])
    verdict = judge(both, torch.tensor([0, 2]), targeted=False)
    assert verdict.first_hit.tolist() == [True, True]
    assert verdict.vote.tolist() == [True, False]
