"""The account of every query."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from rnd_lab.game.ledger import Account, Ledger, Purpose

CHARGES = st.lists(st.tuples(st.sampled_from(Purpose), st.lists(st.integers(0, 3), max_size=9)), max_size=8)


@given(CHARGES)
def test_every_query_gets_the_next_number_of_its_slot_and_purpose(charges: list[tuple[Purpose, list[int]]]) -> None:
    ledger = Ledger(4)
    counts = {(purpose, slot): 0 for purpose in Purpose for slot in range(4)}
    for purpose, slots in charges:
        numbers = ledger.charge(purpose, torch.tensor(slots, dtype=torch.int64)).tolist()
        for slot, number in zip(slots, numbers, strict=True):
            assert number == counts[purpose, slot]
            counts[purpose, slot] += 1
    for slot in range(4):
        account = ledger.account(slot, published=7)
        probe, repeat, judge, monitor = (counts[purpose, slot] for purpose in Purpose)
        assert account == Account(probe, repeat, judge, monitor, published=7)
        assert account.paid == int(ledger.paid(torch.tensor(slot))) == account.probe + account.repeat
        assert account.strict == sum(counts[purpose, slot] for purpose in Purpose)


def test_a_new_game_starts_with_an_empty_account() -> None:
    ledger = Ledger(2)
    for purpose in Purpose:
        ledger.charge(purpose, torch.tensor([0, 1, 1]))
    ledger.open(1)
    assert ledger.account(0, 0).strict == 4
    assert ledger.account(1, 0).strict == 0
    assert ledger.charge(Purpose.PROBE, torch.tensor([1, 0])).tolist() == [0, 1]
