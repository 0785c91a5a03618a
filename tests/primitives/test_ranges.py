"""Numbers as people write them."""

import pytest

from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.ranges import number, numbers, wholes, written


def test_lists_and_ranges_are_read_and_ranges_have_both_ends() -> None:
    assert numbers("0, 0.01,0.05") == (0, 0.01, 0.05)
    assert numbers("0:0.3:0.1") == (0, 0.1, 0.2, 0.3)
    assert wholes("1,5:10:5") == (1, 5, 10)
    assert numbers("") == ()


def test_fractions_are_numbers_and_are_written_as_such() -> None:
    assert numbers("4/255,8/255") == (4 / 255, 8 / 255)
    assert numbers(" 8 / 255 ,0:6/255:3/255") == (8 / 255, 0, 3 / 255, 6 / 255)
    assert numbers("0:1:1/6")[-1] == 1
    values = (8 / 255, -8 / 255, 0.2, 0.1 + 0.2, 1 / 3, 12345678901, 1e307)
    texts = ["8/255", "-8/255", "0.2", "0.30000000000000004", "0.3333333333333333", "12345678901", "1e+307"]
    assert [written(value) for value in values] == texts
    assert number(written(8 / 255)) == 8 / 255


@pytest.mark.parametrize("steps", range(1, 65))
def test_ranges_of_fractions_have_both_ends(steps: int) -> None:
    for every in (step for step in range(1, steps + 1) if steps % step == 0):
        found = numbers(f"0:{steps}/255:{every}/255")
        assert (len(found), found[-1]) == (steps // every + 1, steps / 255)


@pytest.mark.parametrize(
    "text",
    [
        "0.05:0.01:0.01",
        "0:1:0",
        "0:1",
        "0:inf:1",
        "nan",
        "0:1:nan",
        "inf",
        "0:1:1e-9",
        "x",
        "1/0",
        "/2",
        "1/2/3",
        "1e400",
        "1e999999999",
    ],
)
def test_what_is_no_list_is_refused_and_not_taken_for_nothing(text: str) -> None:
    for read in (numbers, wholes):
        with pytest.raises(LabError, match="A list"):
            read(text)
