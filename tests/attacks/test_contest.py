"""Lazy greedy choice, against plain greedy choice."""

import torch

from rnd_lab.attacks.contest import Contests
from tests.attacks.harness import slope

SLOT = torch.tensor([0])


WORTH: list[float] = slope((1, 1, 100), 9).abs().flatten().tolist()


def covered(sets: list[set[int]], chosen: set[int]) -> float:
    """Minus the worth of what the chosen sets cover, and a price for each: such gains only shrink."""
    return -sum(WORTH[place] for place in set().union(*(sets[k] for k in chosen))) + 1.5 * len(chosen)


def greedy(sets: list[set[int]]) -> set[int]:
    chosen: set[int] = set()
    while rest := set(range(len(sets))) - chosen:
        best = min(sorted(rest), key=lambda k: covered(sets, chosen | {k}))
        if covered(sets, chosen | {best}) >= covered(sets, chosen):
            break
        chosen.add(best)
    return chosen


def lazily(sets: list[set[int]]) -> tuple[set[int], int]:
    contests = Contests(1, len(sets) + 2, torch.device("cpu"))
    contestants = torch.arange(len(sets) + 2) < len(sets)
    contests.open(SLOT, contestants[None], torch.tensor([0.0]))
    chosen: set[int] = set()
    asked, over = 0, False
    while not over:
        turn = int(contests.turn(SLOT))
        ruling = contests.hear(SLOT, torch.tensor([covered(sets, chosen | {turn})]))
        if ruling.made >= 0:
            chosen.add(int(ruling.made))
        asked, over = asked + 1, bool(ruling.over)
    return chosen, asked


def test_it_chooses_what_plain_greedy_chooses_with_fewer_questions() -> None:
    for seed in range(10):
        places = (slope((20, 1, 7), seed) * 15).int().flatten(1) % 100
        sets = [set(row.tolist()) for row in places]
        expected = greedy(sets)
        chosen, asked = lazily(sets)
        assert chosen == expected
        assert 20 <= asked < 20 * len(expected)


def test_contests_of_several_slots_do_not_disturb_each_other() -> None:
    both = Contests(2, 3, torch.device("cpu"))
    slots = torch.tensor([0, 1])
    both.open(slots, torch.tensor([[True, True, False], [False, True, True]]), torch.tensor([0.0, 5.0]))
    assert both.turn(slots).tolist() == [0, 1]
    ruling = both.hear(slots, torch.tensor([-1.0, 6.0]))
    assert ruling.leads.tolist() == [True, False]
    assert ruling.made.tolist() == [-1, -1]
    assert both.turn(slots).tolist() == [1, 2]
    ruling = both.hear(slots, torch.tensor([-2.0, 7.0]))
    assert ruling.made.tolist() == [1, -1]
    assert ruling.over.tolist() == [False, True]
    ruling = both.hear(slots[:1], torch.tensor([-3.0]))
    assert (ruling.leads.item(), ruling.made.item(), ruling.over.item()) == (True, 0, True)


def test_a_new_contest_forgets_the_gains_of_the_one_before() -> None:
    contests = Contests(1, 3, torch.device("cpu"))
    contests.open(SLOT, torch.tensor([[True, True, True]]), torch.tensor([0.0]))
    for loss in (-1.0, -2.0, -3.0):
        contests.hear(SLOT, torch.tensor([loss]))
    contests.open(SLOT, torch.tensor([[False, True, False]]), torch.tensor([-3.0]))
    ruling = contests.hear(SLOT, torch.tensor([-3.5]))
    assert (ruling.leads.item(), ruling.made.item(), ruling.over.item()) == (True, 1, True)
