"""Numbers, lists and ranges as people write them."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from rnd_lab.primitives.errors import LabError

HELP = "A list (0,0.01,8/255) or a range with its step (0:0.05:0.01)."
WHOLE_HELP = "A list (1,5,10) or a range with its step (1:9:2)."
LONG = 10
"""Characters of a number that nobody would write so."""
MOST_STEPS = 64
"""Steps of 8 bits that one counts as such: 85/255 is a third."""
LARGEST_EXPONENT = 300
"""Of ten, in a number that is read: all such numbers are floats, and none takes long."""
MOST = 1000
"""Steps of a range; more are a slip of the pen."""


def number(text: str) -> float:
    """The value of a number, or of a fraction such as 8/255. Raises ValueError for what is neither."""
    return float(_exact(text))


def written(value: float) -> str:
    """A number as people write it, to its last digit: 0.0005, 1e-9, and 8/255 rather than 0.03137254901960784."""
    text = repr(value)
    if len(text) > LONG and abs(value) <= MOST_STEPS / 255 and round(value * 255) / 255 == value:
        return f"{round(value * 255)}/255"
    return format(Decimal(text).normalize(), "f" if value == 0 or 1e-7 <= abs(value) < 1e16 else "e")


def numbers(text: str) -> tuple[float, ...]:
    """The numbers of a list "a,b" or a range "first:last:step", which includes its ends. Raises LabError for others."""
    return tuple(float(value) for value in _values(text))


def wholes(text: str) -> tuple[int, ...]:
    """The same for whole numbers. Raises LabError for others."""
    values = tuple(_values(text))
    if any(value != int(value) for value in values):
        raise LabError(f"'{text}' has to be whole numbers. {WHOLE_HELP}")
    return tuple(int(value) for value in values)


def words(text: str) -> Any:
    """The words of a comma-separated list."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _exact(text: str) -> Fraction:
    parts = ["".join(part.split()) for part in text.split("/")]
    try:
        values = [Decimal(part) for part in parts]
        if len(values) > 2 or any(not it.is_finite() or abs(it.adjusted()) > LARGEST_EXPONENT for it in values):
            raise ValueError
        return Fraction(values[0]) / Fraction(values[-1] if len(values) == 2 else 1)
    except (ArithmeticError, ValueError):
        raise ValueError(f"'{text}' is no number") from None


def _values(text: str) -> Iterator[Fraction]:
    """Exact ones, so that 0:0.3:0.1 ends at 0.3."""
    for part in words(text):
        try:
            ends = [_exact(piece) for piece in part.split(":")]
        except ValueError:
            raise LabError(f"'{part}' is no number. {HELP}") from None
        if len(ends) == 1:
            yield ends[0]
        elif len(ends) == 3 and ends[2] > 0 and ends[0] <= ends[1] <= ends[0] + MOST * ends[2]:
            first, last, step = ends
            yield from (first + step * turn for turn in range((last - first) // step + 1))
        else:
            raise LabError(f"'{part}' is no list, and no range that rises to its end in at most {MOST} steps. {HELP}")
