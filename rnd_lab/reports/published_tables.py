"""The published tables, and which of their figures contradict each other."""

import csv
from dataclasses import dataclass
from functools import cache
from typing import Literal

from rnd_lab.data.assets import asset

TableName = Literal["table1", "table2"]

ATTACKS = {
    "NES": "nes",
    "ZS": "zs",
    "Bandit": "bandit",
    "Sign": "sign_hunter",
    "Square": "square",
    "SimBA": "simba",
    "ECO": "eco",
}
"""What the published tables call the lab's attacks."""

README_MODELS = {"CIFAR-10": "WRN-28", "ImageNet": "ResNet-50"}
"""The models of the authors' README that the rows of table 2 without a defense stand for."""


@dataclass(frozen=True, kw_only=True)
class PublishedCell:
    """One cell of a published table: mean ``queries`` over successes, and the ``failure`` rate in [0, 1].

    ``model``, ``norm``, ``account`` and ``accuracy`` (in [0, 1]) are None where the table does not tell them. ``doubt``
    says which other published figures contradict it, if any.
    """

    table: TableName
    data_set: str
    row: str
    attack: str
    queries: float
    failure: float
    model: str | None = None
    norm: str | None = None
    account: str | None = None
    eot: int = 1
    accuracy: float | None = None
    doubt: str = ""


@cache
def published(table: TableName) -> tuple[PublishedCell, ...]:
    """All cells of a published table, of EOT (table1) or of the main comparison (table2)."""
    return _table1() if table == "table1" else _table2()


def _table1() -> tuple[PublishedCell, ...]:
    defended = {(it.data_set, it.attack): it for it in _table2() if it.row == "RND"}
    cells = []
    for row in _rows("table1_eot.csv"):
        attack, eot = ATTACKS[row["attack"]], int(row["eot_M"])
        queries, failure = float(row["average_queries_of_successes"]), float(row["attack_failure_rate"])
        other = defended[row["dataset"], attack]
        cells.append(
            PublishedCell(
                table="table1",
                data_set=row["dataset"],
                row="RND",
                attack=attack,
                queries=queries,
                failure=failure,
                account=row["query_setting"],
                eot=eot,
                doubt=_doubt(queries, failure, other.queries, other.failure, "the main comparison") if eot == 1 else "",
            )
        )
    return tuple(cells)


def _table2() -> tuple[PublishedCell, ...]:
    readme = {
        (row["dataset"], ATTACKS[row["attack"]], row["norm"]): (float(row["mean_queries"]), float(row["failure_rate"]))
        for row in _rows("reference_queries.csv")
        if row["source"].startswith("BlackboxBench") and row["model"] == README_MODELS[row["dataset"]]
    }
    cells = []
    for row in _rows("table2.csv"):
        attack, norm = ATTACKS[row["attack"]], row["norm"]
        queries, failure = float(row["average_queries_of_successes"]), float(row["attack_failure_rate"])
        other = readme.get((row["dataset"], attack, norm)) if row["defense"] == "none" else None
        cells.append(
            PublishedCell(
                table="table2",
                data_set=row["dataset"],
                row=row["defense"],
                attack=attack,
                queries=queries,
                failure=failure,
                model=row["model"],
                norm=norm,
                accuracy=float(row["clean_accuracy_percent"]) / 100,
                doubt=_doubt(queries, failure, *other, "the authors' README") if other else "",
            )
        )
    return tuple(cells)


def _doubt(queries: float, failure: float, other_queries: float, other_failure: float, who: str) -> str:
    """Say so where two published figures for the same thing differ by more than rounding."""
    if abs(queries - other_queries) <= 0.005 * queries and abs(failure - other_failure) <= 0.005:
        return ""
    return f"Contradicted: {who} has {other_queries:g} queries, {100 * other_failure:g} % for the same."


def _rows(name: str) -> list[dict[str, str]]:
    with asset("published", name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
