"""The choice of images: fair to the classes, the same everywhere, a smaller one within a larger one."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnd_lab.data.image_set import ImageSet, from_arrays
from rnd_lab.data.sets import select
from rnd_lab.primitives.errors import LabError

LABELS = st.lists(st.integers(0, 5), min_size=1, max_size=60)


def images(labels: list[int]) -> ImageSet:
    pixels = np.zeros((len(labels), 1, 1, 3), np.uint8)
    return from_arrays("toys", "other", pixels, np.array(labels, np.int64), None)


@given(LABELS, st.data())
def test_every_class_gives_as_many_as_the_others_or_all_it_has(labels: list[int], data: st.DataObject) -> None:
    count = data.draw(st.integers(1, len(labels)))
    chosen = select(images(labels), count, data.draw(st.integers(0, 9)))
    assert len(set(chosen)) == count
    assert chosen == sorted(chosen)
    given_by, available = Counter(labels[index] for index in chosen), Counter(labels)
    most = max(given_by.values())
    assert all(given_by[label] >= min(most - 1, available[label]) for label in available)


@given(LABELS, st.data())
def test_a_smaller_choice_lies_within_a_larger_one(labels: list[int], data: st.DataObject) -> None:
    large = data.draw(st.integers(1, len(labels)))
    small, seed = data.draw(st.integers(1, large)), data.draw(st.integers(0, 9))
    assert set(select(images(labels), small, seed)) <= set(select(images(labels), large, seed))


def test_all_are_chosen_in_order_when_no_number_is_asked() -> None:
    assert select(images([1, 0, 1]), None, 5) == [0, 1, 2]


def test_the_choice_is_the_same_on_every_machine_and_other_for_another_seed() -> None:
    toys = images([index % 10 for index in range(1000)])
    assert select(toys, 10, 0) == [203, 325, 437, 486, 610, 771, 784, 862, 969, 988]
    assert len({tuple(select(toys, 10, seed)) for seed in range(20)}) == 20


def test_no_class_is_always_the_first_to_give() -> None:
    toys = images([index % 10 for index in range(1000)])
    first = Counter(toys.labels[select(toys, 1, seed)[0]] for seed in range(200))
    assert len(first) == 10


def test_more_than_there_are_is_refused() -> None:
    with pytest.raises(LabError, match=r"toys has only 3 images\. Choose at most 3, not 4"):
        select(images([0, 1, 2]), 4, 0)
