"""Naming the cells of a report: the columns that tell them apart, and no others."""

from collections.abc import Callable, Sequence

from rnd_lab.attacks.catalog import AnyAttack
from rnd_lab.evaluation.axes import SIZE, mu_of, nu_of
from rnd_lab.evaluation.titles import model_titles, with_settings
from rnd_lab.game.referee import CRITERIA, Criterion
from rnd_lab.primitives.geometry import SIGNS
from rnd_lab.reports.axes import row_title
from rnd_lab.reports.summary import CellSummary
from rnd_lab.results.cell import CellSpec
from rnd_lab.results.database import StoredCell

ALWAYS = ("Defended model", "Attack")

Name = dict[str, str | float]
"""What a cell is, by column."""

_MORE: dict[str, Callable[[CellSpec], str | float | None]] = {
    "ν": lambda spec: nu_of(spec.defense),
    "μ": lambda spec: mu_of(spec.attack),
    "Norm": lambda spec: SIGNS[spec.threat.norm],
    "ε": lambda spec: spec.threat.epsilon,
    "M": lambda spec: spec.threat.eot,
    "EOT budget": lambda spec: spec.threat.account,
    "Budget": lambda spec: spec.threat.budget,
    "Goal": lambda spec: spec.threat.goal,
    "Scores": lambda spec: spec.threat.feedback,
    "Loss": lambda spec: spec.threat.loss,
    "Ends at": lambda spec: CRITERIA[spec.referee.ends],
    "Votes": lambda spec: spec.referee.votes,
    "8-bit images": lambda spec: "yes" if spec.threat.eight_bit else "no",
    "Data": lambda spec: spec.data.source,
    "Chosen images": lambda spec: spec.data.images or "all",
    "Choice": lambda spec: spec.data.seed,
    "Seed": lambda spec: spec.seed,
}


_OWNER: dict[str, Callable[[StoredCell], str]] = {
    "Model": row_title,
    "μ": lambda cell: cell.spec.attack.name,
    "Norm": lambda cell: cell.spec.attack.name,
    "ε": lambda cell: cell.spec.threat.norm,
}
"""What has its own scale of a column: only differences within it are told."""


def names(cells: Sequence[CellSummary]) -> list[Name]:
    """Name each cell by the defended model, the attack, and whatever else differs between these cells."""
    specs = [it.cell.spec for it in cells]
    columns: dict[str, list[str | float]] = {
        "Defended model": list(_shortened([row_title(it.cell) for it in cells])),
        "Attack": [_attack_title(spec.attack) for spec in specs],
    }
    models = model_titles(spec.model for spec in specs)
    more: dict[str, Callable[[CellSpec], str | float | None]] = {"Model": lambda spec: models[spec.model], **_MORE}
    for title, value in more.items():
        values = [value(spec) for spec in specs]
        owners = [_OWNER[title](it.cell) if title in _OWNER else "" for it in cells]
        if len(set(zip(owners, values, strict=True))) > len(set(owners)):
            columns[title] = ["–" if it is None else it for it in values]
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def labels(found: Sequence[Name], skip: Sequence[str] = ()) -> list[str]:
    """One short line for each name: the columns that tell them apart, but for those in ``skip``.

    Where nothing does it is the defended model.
    """
    telling = _telling(found, skip) or ["Defended model"]
    return [", ".join(_worded(title, it[title]) for title in telling) for it in found]


def told_apart(cells: Sequence[CellSummary]) -> list[str]:
    """The title of each cell; those that share one are told with what tells them apart."""
    same: dict[str, list[CellSummary]] = {}
    for it in cells:
        same.setdefault(it.cell.title, []).append(it)
    found = {}
    for title, group in same.items():
        for it, label in zip(group, labels(names(group)), strict=True):
            found[it.cell.id] = f"{title} ({label})" if len(group) > 1 else title
    return [found[it.cell.id] for it in cells]


def common(first: Name, second: Name) -> str:
    """What two names of the same list share."""
    return ", ".join(_worded(title, value) for title, value in first.items() if second[title] == value)


def panel_titles(cells: Sequence[CellSummary], skip: Sequence[str]) -> list[str]:
    """Titles of panels, each told by one of its cells: the attack, and what else tells them apart, but for ``skip``."""
    found = names(cells)
    telling = ["Attack", *(title for title in _telling(found, skip) if title != "Attack")]
    return [", ".join(_worded(title, it[title]) for title in telling) for it in found]


def criterion_title(criterion: Criterion, cells: Sequence[CellSummary]) -> str:
    """A criterion's name, with the number of votes where all cells have the same."""
    votes = {it.cell.spec.referee.votes for it in cells}
    return CRITERIA[criterion].replace("of k", f"of {votes.pop()}" if len(votes) == 1 else "of k")


def _telling(found: Sequence[Name], skip: Sequence[str]) -> list[str]:
    """Columns, each of which tells more names apart than those before it."""
    telling: list[str] = []
    apart = 1
    for title in found[0] if found else ():
        now = len({tuple(it[key] for key in (*telling, title)) for it in found})
        if title not in skip and now > apart:
            telling.append(title)
            apart = now
    return telling


def _shortened(titles: Sequence[str]) -> Sequence[str]:
    """Titles such as "resnet20, RND" without the first part, where it is the same in all and the rest is not."""
    parts = [title.partition(", ") for title in titles]
    rest = [rest for _, _, rest in parts]
    return rest if all(rest) and len(set(rest)) > 1 and len({first for first, _, _ in parts}) == 1 else titles


def _attack_title(attack: AnyAttack) -> str:
    """The attack with its unusual settings, but for μ, which has a column of its own where it matters."""
    if size := SIZE.get(attack.name):
        attack = attack.model_copy(update={size: type(attack).model_fields[size].default})
    return with_settings(attack)


def _worded(title: str, value: object) -> str:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text if title in (*ALWAYS, "Norm", "Goal", "Data") else f"{title} {text}"
