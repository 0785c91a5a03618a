"""A table as HTML, LaTeX and screens alike need it: headings that explain themselves, entries with intervals."""

import math
from dataclasses import dataclass

from rnd_lab.primitives.statistics import Estimate


@dataclass(frozen=True)
class Heading:
    """The head of a column: its title, what it means, and whether it holds numbers."""

    title: str
    help: str = ""
    numeric: bool = True


@dataclass(frozen=True)
class Entry:
    """One entry: its text, its interval as text if it has one, and what it is sorted by."""

    text: str
    interval: str = ""
    key: str | float = ""


@dataclass(frozen=True)
class Table:
    """Headings, and rows of as many entries; the first ``fixed`` columns say what a row is."""

    headings: tuple[Heading, ...]
    rows: tuple[tuple[Entry, ...], ...]
    fixed: int


MISSING = Entry("–", key=-math.inf)


def plain(value: str | float) -> Entry:
    """A name, or a number as short as it goes."""
    return Entry(value if isinstance(value, str) else f"{value:g}", key=value)


def percent(estimate: Estimate) -> Entry:
    """A share in [0, 1]."""
    if math.isnan(estimate.value):
        return MISSING
    return Entry(
        f"{100 * estimate.value:.1f} %", f"{100 * estimate.low:.1f} – {100 * estimate.high:.1f}", estimate.value
    )


def points(estimate: Estimate) -> Entry:
    """A difference of shares, in percentage points with its sign."""
    if math.isnan(estimate.value):
        return MISSING
    interval = f"{signed(100 * estimate.low)} … {signed(100 * estimate.high)}"
    return Entry(signed(100 * estimate.value), interval, estimate.value)


def count(estimate: Estimate) -> Entry:
    """A number of queries; without an interval where all games took the same, which resampling cannot tell from one."""
    if math.isnan(estimate.value):
        return MISSING
    interval = "" if estimate.low == estimate.high else f"{_rounded(estimate.low)} – {_rounded(estimate.high)}"
    return Entry(_rounded(estimate.value), interval, estimate.value)


def number(value: float | None, form: str) -> Entry:
    """Any number in a format of its own."""
    if value is None or math.isnan(value):
        return MISSING
    return Entry(format(value, form).replace("%", " %"), key=value)


def change(value: float) -> Entry:
    """A difference with its sign."""
    return MISSING if math.isnan(value) else Entry(signed(value), key=value)


def chance(value: float) -> Entry:
    """A p-value."""
    return Entry("< 0.001" if value < 0.001 else f"{value:.3f}", key=value)


def signed(value: float, digits: int = 1) -> str:
    """A number with its sign, +1.5 or −1.5; 0.0 has none."""
    text = f"{abs(value):,.{digits}f}"
    if not float(text.replace(",", "")):
        return text
    return f"{'+' if value > 0 else '−'}{text}"


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:,.1f}"
