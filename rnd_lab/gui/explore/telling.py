"""Figures of a cell in words."""

import math
from html import escape

from rnd_lab.gui.explore.figures import MEASURES, Figures, Measure
from rnd_lab.primitives.amounts import amount, counted
from rnd_lab.primitives.statistics import Estimate
from rnd_lab.reports.table import count, percent


def shown(value: float, measure: Measure) -> str:
    """A value as short as it goes: percent without their sign, or queries."""
    if math.isnan(value):
        return "–"
    return f"{100 * value:.0f}" if MEASURES[measure].share else f"{value:,.0f}"


def interval(estimate: Estimate, measure: Measure) -> str:
    """A value with its 95 % interval."""
    entry = (percent if MEASURES[measure].share else count)(estimate)
    return f"{entry.text} [{entry.interval}]" if entry.interval else entry.text


def told(figures: Figures, measure: Measure, *, exact: bool = True) -> str:
    """What a tooltip says of a cell; an interval of the median takes a moment, and is left out where not ``exact``."""
    if measure == "median" and not exact:
        value = f"{shown(figures.value(measure), measure)} {counted('queries', figures.value(measure))}"
    else:
        value = interval(figures.estimate(measure), measure)
    state = "" if figures.complete else f"<br>{escape(figures.state)}"
    return (
        f"<p style='white-space:pre'><b>{escape(figures.cell.cell.title)}</b><br>{MEASURES[measure].title}: {value}"
        f"<br>{amount(figures.attacked, 'images')} attacked{state}</p>"
    )
