"""The tables of a report. The help of each heading is the report's glossary."""

from collections.abc import Mapping, Sequence

from rnd_lab.game.referee import CRITERIA, Criterion
from rnd_lab.reports.comparison import Compared
from rnd_lab.reports.identity import Name, common, criterion_title, labels, names
from rnd_lab.reports.published import Beside
from rnd_lab.reports.summary import CellSummary
from rnd_lab.reports.table import Entry, Heading, Table, chance, change, count, number, percent, plain, points

IDENTITY = {
    "Defended model": "Model and defense, as the evaluation calls them.",
    "Attack": "The attack, with those of its settings that are not the usual ones.",
    "ν": "Standard deviation of RND's noise, in pixel units (images are in [0, 1]); 0: no RND.",
    "μ": "Size of the attack's probe; for Square the share of the image in the first square.",
    "ε": "Largest perturbation, in pixel units.",
    "M": "How often each probe is asked (EOT); the attacker averages the answers.",
    "EOT budget": "Fixed: repeats are paid from the budget. Adaptive: the budget grows M-fold.",
    "Ends at": "The criterion that ends a game.",
}

RULES: dict[Criterion, str] = {
    "first_hit": "one fresh defended answer after a step was wrong (the published rule)",
    "vote": "the most frequent class of k fresh defended answers to the final image is wrong",
    "mean": "the mean of the probabilities of k fresh defended answers to the final image is wrong",
    "noise_free": "the model without the defense is wrong on the final image, as it is on some clean ones",
}

NUMBERS = ("ν", "μ", "ε", "M", "Budget", "Votes", "Seed")
TURNED = "Decisions turned"
FLAGGED = "Queries flagged"
PUBLISHED_ACCURACY = "Published clean accuracy"
INTERVAL = "Second line: 95 % interval over the images"


def robustness(cells: Sequence[CellSummary]) -> Table:
    """How often the attack failed, by every criterion, with the null control and the clean accuracy beside it."""
    rules = {
        name: Heading(_failure(name, cells), f"Failure rate of the attack; it won where {RULES[name]}.")
        for name in CRITERIA
    }
    headings = (
        Heading("Attacked", "Images that were attacked. Failure rates are shares of these."),
        Heading(
            "Wrong before",
            "Images that the defended model got wrong before any attack, or the noise-free one where it ends the "
            "games; they leave every rate.",
        ),
        Heading(
            "Clean accuracy",
            f"Share of all played images that one defended answer got right (and the noise-free model, where it ends "
            f"the games). {INTERVAL} (Wilson).",
        ),
        *rules.values(),
        Heading(
            "Control hits",
            "Null control: share of the attacked images whose unchanged image was taken for a success when it was "
            "judged as often as the game. A success rate (100 % − failure) that is not above it shows nothing.",
        ),
        Heading("State", "Whether all games were played. Incomplete cells may still change.", numeric=False),
    )
    rows = [
        (
            number(len(it.attacked), ",d"),
            number(it.misclassified, ",d"),
            percent(it.accuracy),
            *(percent(it.failure[name]) for name in rules),
            percent(it.control),
            plain(it.state + (f", {it.errors} errors" if it.errors else "")),
        )
        for it in cells
    ]
    return _identified(names(cells), headings, rows)


def costs(cells: Sequence[CellSummary]) -> Table:
    """What the games that were won took."""
    won = "Over the games that were won, by the criterion that ended them"
    headings = (
        Heading("Won", "Games that the attack won, by the criterion that ended them."),
        Heading("Mean queries", f"{won}, counted as the attack's published evaluation does. {INTERVAL} (bootstrap)."),
        Heading("Median queries", f"{won}, counted as published. {INTERVAL} (bootstrap)."),
        Heading("Mean paid", f"{won}: all queries charged to the budget, EOT's repeats among them."),
        Heading("Mean of every forward", f"{won}: the success checks and the lab's own looks are counted too."),
        Heading(TURNED, "Share of the attack's comparisons whose sign the noise changed (Theorem 3)."),
        Heading(FLAGGED, "Share of the paid queries that a stateful defense found suspicious; it answered them."),
        Heading("Seconds a game", "Over the attacked images, from start to end, while many were played at once."),
    )
    rows = [
        (
            number(len(it.won), ",d"),
            count(it.queries["published"].mean),
            count(it.queries["published"].median),
            count(it.queries["paid"].mean),
            count(it.queries["strict"].mean),
            number(it.flips, ".1%"),
            number(it.flagged, ".1%"),
            number(it.seconds, ".2f"),
        )
        for it in cells
    ]
    table = _identified(names(cells), headings, rows)
    known = {TURNED: [it.flips for it in cells], FLAGGED: [it.flagged for it in cells]}
    return _narrowed(table, [title for title, values in known.items() if all(it is None for it in values)])


def for_paper(cells: Sequence[CellSummary]) -> Table:
    """The columns of both tables that a paper has room for."""
    first, second = robustness(cells), costs(cells)
    both = Table(
        (*first.headings, *second.headings[first.fixed :]),
        tuple((*one, *other[first.fixed :]) for one, other in zip(first.rows, second.rows, strict=True)),
        first.fixed,
    )
    spare = () if any(it.ends == "mean" for it in cells) else (_failure("mean", cells),)
    of_games = ("Won", "Mean paid", "Mean of every forward", TURNED, FLAGGED, "Seconds a game")
    return _narrowed(both, (*spare, "State", *of_games))


def comparisons(compared: Sequence[Compared]) -> Table:
    """Pairs of cells on the images that were attacked in both."""
    cells = {side.cell.id: side for it in compared for side in (it.comparison.first, it.comparison.second)}
    among = dict(zip(cells, names(tuple(cells.values())), strict=True))
    headings = (
        Heading("First", "The cell whose failure rate comes first in the difference.", numeric=False),
        Heading("Second", "The cell that is compared with it.", numeric=False),
        Heading("Against", "What both cells have in common.", numeric=False),
        Heading("Images", "Images that were attacked in both cells; only these are compared."),
        Heading("Only first failed", "Images on which the attack failed in the first cell and won in the second."),
        Heading("Only second failed", "Images on which the attack won in the first cell and failed in the second."),
        Heading(
            "Difference",
            "Failure rate of the first minus the second, in percentage points. Second line: 95 % interval "
            "(Newcombe's method 10 for paired shares, 1998).",
        ),
        Heading("p", "McNemar's exact test of the images on which the two differ."),
        Heading("p adjusted", "The same after Holm's correction for all comparisons of this report."),
    )
    return Table(headings, tuple(_compared_row(it, among) for it in compared), fixed=3)


def published_beside(found: Sequence[Beside]) -> Table:
    """Published figures and ours."""
    headings = (
        Heading("Published failure", "Failure rate in the published table."),
        Heading("Failure here", f"By the criterion that ended the games. {INTERVAL} (Wilson)."),
        Heading("Difference", "Ours minus the published one, in percentage points."),
        Heading("Published queries", "Mean queries over successes in the published table."),
        Heading("Queries here", f"Mean over successes, counted as published. {INTERVAL} (bootstrap)."),
        Heading("Difference in queries", "Ours minus the published mean."),
        Heading(PUBLISHED_ACCURACY, "Of the published model under its defense."),
        Heading("Clean accuracy here", f"One answer to each image before the attack. {INTERVAL} (Wilson)."),
        Heading("Remark", "Where published figures contradict each other, and where our cell is unfinished.", False),
    )
    rows = [
        (
            number(it.published.failure, ".1%"),
            percent(it.ours.failure_rate),
            change(100 * it.failure_difference),
            number(it.published.queries, ",.1f"),
            count(it.ours.queries["published"].mean),
            change(it.queries_difference),
            number(it.published.accuracy, ".1%"),
            percent(it.ours.accuracy),
            plain(" ".join(filter(None, (it.published.doubt, "" if it.ours.complete else f"Ours: {it.ours.state}.")))),
        )
        for it in found
    ]
    table = _identified([_published_name(name) for name in names([it.ours for it in found])], headings, rows)
    return table if any(it.published.accuracy for it in found) else _narrowed(table, (PUBLISHED_ACCURACY,))


def _published_name(name: Name) -> Name:
    """What the published tables tell their cells apart by; each attack has its norm there, and each row its ν."""
    return {title: value for title, value in name.items() if title not in ("ν", "μ", "Norm", "ε")}


def _compared_row(compared: Compared, among: Mapping[int, Name]) -> tuple[Entry, ...]:
    it = compared.comparison
    outcome = it.outcome
    first, second = labels(names((it.first, it.second)))
    return (
        plain(first),
        plain(second),
        plain(common(among[it.first.cell.id], among[it.second.cell.id])),
        number(outcome.pairs, ",d"),
        number(outcome.first_only, ",d"),
        number(outcome.second_only, ",d"),
        points(outcome.difference),
        chance(outcome.p_value),
        chance(compared.adjusted),
    )


def _identified(found: Sequence[Name], headings: tuple[Heading, ...], rows: Sequence[tuple[Entry, ...]]) -> Table:
    """Put the columns that name the cells before the others."""
    titles = tuple(found[0]) if found else ("Defended model", "Attack")
    first = tuple(Heading(title, IDENTITY.get(title, ""), numeric=title in NUMBERS) for title in titles)
    named = tuple((*(plain(name[title]) for title in titles), *row) for name, row in zip(found, rows, strict=True))
    return Table((*first, *headings), named, fixed=len(titles))


def _narrowed(table: Table, dropped: Sequence[str]) -> Table:
    """The table without the columns of these titles."""
    places = [place for place, it in enumerate(table.headings) if it.title not in dropped]
    headings = tuple(table.headings[place] for place in places)
    return Table(headings, tuple(tuple(row[place] for place in places) for row in table.rows), table.fixed)


def _failure(criterion: Criterion, cells: Sequence[CellSummary]) -> str:
    return f"Failure: {criterion_title(criterion, cells)}"
