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
    assert numbers("0:8/255:4/255") == (0, 4 / 255, 8 / 255)
    assert [written(value) for value in (8 / 255, -8 / 255, 0.2, 0.1 + 0.2)] == [
        "8/255",
        "-8/255",
        "0.2",
        "0.30000000000000004",
    ]
    assert float(number(written(8 / 255))) == 8 / 255


@pytest.mark.parametrize(
    "text",
    ["0.05:0.01:0.01", "0:1:0", "0:1", "0:inf:1", "nan", "0:1:nan", "inf", "0:1:1e-9", "x", "1/0", "/2", "1/2/3"],
)
def test_what_is_no_list_is_refused_and_not_taken_for_nothing(text: str) -> None:
    for read in (numbers, wholes):
        with pytest.raises(LabError, match="A list"):
            read(text)
