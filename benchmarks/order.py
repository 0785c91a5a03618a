"""Whether RND < RND-GF < RND-AT holds, attack by attack, in table 2's results: python -m benchmarks.order FILE."""

import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from rnd_lab.game.referee import Criterion
from rnd_lab.reports.axes import row_title
from rnd_lab.reports.comparison import compare
from rnd_lab.reports.summary import CellSummary, summarize
from rnd_lab.results.database import Database

ROWS = ("RND", "RND-GF", "RND-AT")
CRITERIA: tuple[Criterion, ...] = ("first_hit", "vote")


def main() -> None:
    """Print a Markdown table: failure in percent, and what each step of the order adds on images attacked in both."""
    print("| attack | " + " | ".join(f"{criterion}: failure | steps" for criterion in CRITERIA) + " |")
    print("|---" * 5 + "|")
    with Database(Path(sys.argv[1]), create=False) as database:
        cells = [cell for it in reversed(database.evaluations()) for cell in summarize(database, it.id)]
    for attack in dict.fromkeys(it.cell.spec.attack.title for it in cells):
        found = {row_title(it.cell): it for it in cells if it.cell.spec.attack.title == attack}
        columns = [text for criterion in CRITERIA for text in _judged([found[row] for row in ROWS], criterion)]
        print(f"| {' | '.join((attack, *columns))} |")


def _judged(cells: Sequence[CellSummary], criterion: Criterion) -> tuple[str, str]:
    steps = []
    for first, second in pairwise(cells):
        outcome = compare(second, first, criterion).outcome
        rise = outcome.difference
        p = "< 0.001" if outcome.p_value < 0.001 else f"{outcome.p_value:.2g}"
        steps.append(f"{100 * rise.value:+.0f} [{100 * rise.low:+.0f}, {100 * rise.high:+.0f}] (p {p})")
    return ", ".join(f"{100 * it.failure[criterion].value:.0f}" for it in cells), "; ".join(steps)


if __name__ == "__main__":
    main()
