"""Whether RND < RND-GF < RND-AT holds, attack by attack, in table 2's results: python -m benchmarks.order FILE."""

import sys
from itertools import pairwise
from pathlib import Path

from rnd_lab.game.referee import Criterion
from rnd_lab.primitives.statistics import holm
from rnd_lab.reports.axes import row_title
from rnd_lab.reports.comparison import Compared, compare
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
    orders = [[found[attack, row] for row in ROWS] for attack in attacks]
    steps = [compare(second, first, it) for order in orders for it in CRITERIA for first, second in pairwise(order)]
    adjusted = holm([it.outcome.p_value for it in steps])
    told = iter(_told(Compared(it, p)) for it, p in zip(steps, adjusted, strict=True))
    print("| attack | " + " | ".join(f"{criterion}: failure | steps" for criterion in CRITERIA) + " |")
    print("|---" * 5 + "|")
    for attack, order in zip(attacks, orders, strict=True):
        columns = [column for it in CRITERIA for column in (_failures(order, it), f"{next(told)}; {next(told)}")]
        print(f"| {' | '.join((attack, *columns))} |")


def _failures(order: list[CellSummary], criterion: Criterion) -> str:
    return ", ".join(f"{100 * it.failure[criterion].value:.0f}" for it in order)


def _told(step: Compared) -> str:
    rise = step.comparison.outcome.difference
    p = "< 0.001" if step.adjusted < 0.001 else f"{step.adjusted:.2g}"
    return f"{100 * rise.value:+.0f} [{100 * rise.low:+.0f}, {100 * rise.high:+.0f}] (p {p})"


if __name__ == "__main__":
    main()
