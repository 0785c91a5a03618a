"""The main table for a paper."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from textwrap import wrap

from rnd_lab.reports.content import Report
from rnd_lab.reports.table import MISSING, Entry, Heading, Table
from rnd_lab.reports.tables import for_paper

_MATHS = (r"\times", r"\pm", r"\leq", r"\geq", r"\to", r"\surd", r"\Vert", "^2", r"\tfrac12")
_SPECIAL = {
    "\\": r"\textbackslash{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    **{sign: f"{{{sign}}}" for sign in "[*"},  # at the beginning of a row they would belong to the command before it
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": "$<$",
    ">": "$>$",
    "ℓ∞": r"$\ell_\infty$",
    "ℓ2": r"$\ell_2$",
    "∞": r"$\infty$",
    **{sign: f"$\\{unicodedata.name(sign).split()[-1].lower()}$" for sign in "αβγδηθκμνπρστφω"},
    "ε": r"$\varepsilon$",
    "λ": r"$\lambda$",
    **{sign: f"${command}$" for sign, command in zip("×±≤≥→√‖²½", _MATHS, strict=True)},
    "·": r"$\cdot$",
    "−": "$-$",
    "–": "--",
    "…": r"\dots{}",
}

_PATTERN = re.compile("|".join(re.escape(it) for it in sorted(_SPECIAL, key=len, reverse=True)))
HEADING_WIDTH = 14
"""Letters of a line in a heading."""


def latex_table(report: Report) -> str:
    """A floating table of all cells in booktabs' style, with the intervals in small print, as wide as the text at most.

    What is the same in all rows is told in the caption, and a row does not repeat the model of the row above.
    """
    table, same = _without_constants(_percent_in_headings(for_paper(report.cells)))
    unfinished = "" if report.complete else " Not all games were played yet."
    caption = (
        f"{escaped(report.title)}: failure rates of the attacks by several criteria of success, with 95\\% Wilson "
        "intervals over the images, and queries over the games that were won, with 95\\% bootstrap intervals. "
        "Control hits: share of unchanged images that were taken for a success when they were judged as often."
        f"{f' In all rows: {same}.' if same else ''}{unfinished}"
    )
    return "\n".join(
        (
            "% Needs \\usepackage{booktabs,graphicx}",
            "\\begin{table}",
            "\\centering\\footnotesize",
            "\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%",
            f"\\begin{{tabular}}{{{''.join('r' if it.numeric else 'l' for it in table.headings)}}}",
            "\\toprule",
            _line(_heading(it) for it in table.headings),
            "\\midrule",
            *_body(table),
            "\\bottomrule",
            "\\end{tabular}}",
            f"\\caption{{{caption}}}",
            "\\end{table}",
            "",
        )
    )


def escaped(text: str) -> str:
    """Plain text as LaTeX."""
    return _PATTERN.sub(lambda found: _SPECIAL[found[0]], text)


def _without_constants(table: Table) -> tuple[Table, str]:
    """The table without the columns that have the same entry in every row, and what these say, in LaTeX.

    The first column stays, and so does everything where there is but one row.
    """
    columns = tuple(zip(*table.rows, strict=True))
    constant = [len(table.rows) > 1 and place > 0 and len(set(it)) == 1 for place, it in enumerate(columns)]
    said = [
        f"{escaped(heading.title)} {_entry(column[0])}"
        for heading, column, drop in zip(table.headings, columns, constant, strict=True)
        if drop
    ]
    kept = [place for place, drop in enumerate(constant) if not drop]
    rows = tuple(tuple(row[place] for place in kept) for row in table.rows)
    fixed = sum(place < table.fixed for place in kept)
    return Table(tuple(table.headings[place] for place in kept), rows, fixed), "; ".join(said)


def _percent_in_headings(table: Table) -> Table:
    """The table with the sign % above the columns that have it in every entry."""
    headings, columns = [], []
    for heading, column in zip(table.headings, zip(*table.rows, strict=True), strict=True):
        shares = all(it.text.endswith(" %") for it in column if it != MISSING)
        shares = shares and any(it != MISSING for it in column)
        headings.append(replace(heading, title=f"{heading.title} (%)") if shares else heading)
        columns.append([replace(it, text=it.text.removesuffix(" %")) for it in column] if shares else column)
    return Table(tuple(headings), tuple(zip(*columns, strict=True)), table.fixed)


def _body(table: Table) -> Iterator[str]:
    above = None
    grouped = len({row[0] for row in table.rows}) < len(table.rows)
    for row in table.rows:
        first = row[0]
        if grouped and above not in (None, first):
            yield r"\addlinespace"
        yield _line(("" if first == above else _entry(first), *(_entry(it) for it in row[1:])))
        above = first


def _line(cells: Iterable[str]) -> str:
    return " & ".join(cells) + r" \\"


def _heading(heading: Heading) -> str:
    lines = [escaped(line) for line in wrap(heading.title, HEADING_WIDTH)]
    if len(lines) == 1:
        return lines[0]
    side = "r" if heading.numeric else "l"
    return rf"\shortstack[{side}]{{" + r"\\".join(lines) + "}"


def _entry(entry: Entry) -> str:
    text, interval = escaped(entry.text), escaped(entry.interval.replace(" – ", "–"))
    return f"{text} {{\\scriptsize [{interval}]}}" if interval else text
