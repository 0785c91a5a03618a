"""The main table for a paper."""

import re
from collections.abc import Iterable
from textwrap import wrap

from rnd_lab.reports.content import Report
from rnd_lab.reports.table import Entry, Heading
from rnd_lab.reports.tables import for_paper

_SPECIAL = {
    "\\": r"\textbackslash{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": "$<$",
    ">": "$>$",
    "ℓ∞": r"$\ell_\infty$",
    "ℓ2": r"$\ell_2$",
    "∞": r"$\infty$",
    "ν": r"$\nu$",
    "μ": r"$\mu$",
    "ε": r"$\varepsilon$",
    "σ": r"$\sigma$",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "−": "$-$",
    "–": "--",
    "…": r"\dots{}",
}

_PATTERN = re.compile("|".join(re.escape(it) for it in sorted(_SPECIAL, key=len, reverse=True)))
HEADING_WIDTH = 14
"""Letters of a line in a heading."""


def latex_table(report: Report) -> str:
    """A floating table of all cells in booktabs' style, with the intervals in small print."""
    table = for_paper(report.cells)
    unfinished = "" if report.complete else " Not all games were played yet."
    caption = (
        f"{escaped(report.title)}: failure rates of the attacks by several criteria of success, with 95\\% Wilson "
        "intervals over the images, and queries over the games that were won, with 95\\% bootstrap intervals. "
        "Control hits: share of unchanged images that were taken for a success when they were judged as often."
        f"{unfinished}"
    )
    return "\n".join(
        (
            "% Needs \\usepackage{booktabs}",
            "\\begin{table}",
            "\\centering\\footnotesize",
            f"\\begin{{tabular}}{{{''.join('r' if it.numeric else 'l' for it in table.headings)}}}",
            "\\toprule",
            _line(_heading(it) for it in table.headings),
            "\\midrule",
            *(_line(_entry(it) for it in row) for row in table.rows),
            "\\bottomrule",
            "\\end{tabular}",
            f"\\caption{{{caption}}}",
            "\\end{table}",
            "",
        )
    )


def escaped(text: str) -> str:
    """Plain text as LaTeX."""
    return _PATTERN.sub(lambda found: _SPECIAL[found[0]], text)


def _line(cells: Iterable[str]) -> str:
    return " & ".join(cells) + r" \\"


def _heading(heading: Heading) -> str:
    lines = [escaped(line) for line in wrap(heading.title, HEADING_WIDTH)]
    if len(lines) == 1:
        return lines[0]
    side = "r" if heading.numeric else "l"
    return rf"\shortstack[{side}]{{" + r"\\".join(lines) + "}"


def _entry(entry: Entry) -> str:
    text = escaped(entry.text)
    return f"{text} {{\\scriptsize [{escaped(entry.interval)}]}}" if entry.interval else text
