"""Whether RND < RND-GF < RND-AT holds, attack by attack, in table 2's results: python -m benchmarks.order FILE."""

import sys
from itertools import pairwise
from pathlib import Path

from rnd_lab.game.referee import Criterion
from rnd_lab.primitives.statistics import Paired, holm
from rnd_lab.reports.axes import row_title
from rnd_lab.reports.comparison import compare
from rnd_lab.reports.summary import CellSummary, summarize
from rnd_lab.results.database import Database

ROWS = ("RND", "RND-GF", "RND-AT")
CRITERIA: tuple[Criterion, ...] = ("first_hit", "vote")


def main() -> None:
    """Print a Markdown table: failure in percent, and what each step of the order adds on images attacked in both."""
    with Database(Path(sys.argv[1]), create=False) as database:
        cells = [cell for it in reversed(database.evaluations()) for cell in summarize(database, it.id)]
    attacks = list(dict.fromkeys(it.cell.spec.attack.title for it in cells))
    found = {(it.cell.spec.attack.title, row_title(it.cell)): it for it in cells}
    orders = {attack: [found[attack, row] for row in ROWS] for attack in attacks}
    steps = {
        (attack, criterion): [compare(second, first, criterion).outcome for first, second in pairwise(order)]
        for attack, order in orders.items()
        for criterion in CRITERIA
    }
    adjusted = iter(holm([it.p_value for pair in steps.values() for it in pair]))
    told = {key: "; ".join(_told(it, next(adjusted)) for it in pair) for key, pair in steps.items()}
    print("| attack | " + " | ".join(f"{criterion}: failure | steps" for criterion in CRITERIA) + " |")
    print("|---" * 5 + "|")
    for attack, order in orders.items():
        columns = [column for it in CRITERIA for column in (_failures(order, it), told[attack, it])]
        print(f"| {' | '.join((attack, *columns))} |")


def _failures(order: list[CellSummary], criterion: Criterion) -> str:
    return ", ".join(f"{100 * it.failure[criterion].value:.0f}" for it in order)


def _told(step: Paired, adjusted: float) -> str:
    rise = step.difference
    p = "< 0.001" if adjusted < 0.001 else f"{adjusted:.2g}"
    return f"{100 * rise.value:+.0f} [{100 * rise.low:+.0f}, {100 * rise.high:+.0f}] (p {p})"


if __name__ == "__main__":
    main()
