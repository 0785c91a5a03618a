"""The figures of a report as CSV and JSON, for other programs."""

import csv
import json
import math
from dataclasses import asdict, fields
from io import StringIO
from typing import Any

from rnd_lab.evaluation.axes import mu_of, nu_of
from rnd_lab.evaluation.titles import stack_title
from rnd_lab.game.referee import CRITERIA
from rnd_lab.primitives.statistics import Estimate
from rnd_lab.reports.comparison import Compared
from rnd_lab.reports.content import Report
from rnd_lab.reports.published import Beside
from rnd_lab.reports.summary import ACCOUNTS, CellSummary
from rnd_lab.results.cell import CellSpec
from rnd_lab.results.record import GameRecord

Row = dict[str, Any]


def cells_csv(report: Report) -> str:
    """One row a cell: what it is, and every figure with the bounds of its interval."""
    return _csv([_cell_row(it) for it in report.cells])


def games_csv(report: Report) -> str:
    """One row a game: all that is kept of it but curve and image."""
    return _csv([_game_row(it, game) for it in report.cells for game in it.games])


def report_json(report: Report) -> str:
    """The report without its games: specs, versions, cells with their full specs, comparisons and warnings."""
    content = {
        "evaluations": [
            {"id": it.id, "name": it.name, "created": it.created, "note": it.note, "spec": spec}
            for it, spec in zip(report.evaluations, report.specs, strict=True)
        ],
        "complete": report.complete,
        "versions": report.versions,
        "warnings": [asdict(it) for it in report.cautions],
        "cells": [_cell_row(it) | {"spec": it.cell.spec.model_dump(mode="json")} for it in report.cells],
        "comparisons": [_comparison_row(it) for it in report.comparisons],
        "published": [_beside_row(it) for it in report.beside],
    }
    return json.dumps(_finite(content), indent=1, ensure_ascii=False) + "\n"


def _cell_row(it: CellSummary) -> Row:
    spec = it.cell.spec
    row: Row = {
        "cell": it.cell.id,
        "title": it.cell.title,
        **_identity(spec),
        "digest": it.cell.digest,
        "model_digest": it.cell.model_digest,
        "data_digest": it.cell.data_digest,
        "state": it.state,
        "message": it.cell.message,
        "planned": it.planned,
        "played": it.played,
        "attacked": len(it.attacked),
        "misclassified": it.misclassified,
        "errors": it.errors,
        "ends": it.ends,
        "votes": spec.referee.votes,
        **_bounds("clean_accuracy", it.accuracy),
    }
    for criterion in CRITERIA:
        row |= _bounds(f"failure_{criterion}", it.failure[criterion])
    row |= _bounds("control_hits", it.control)
    for account in ACCOUNTS:
        row |= _bounds(f"mean_queries_{account}", it.queries[account].mean)
        row |= _bounds(f"median_queries_{account}", it.queries[account].median)
    return row | {"flip_share": it.flips, "flagged_share": it.flagged, "seconds_per_game": it.seconds}


def _identity(spec: CellSpec) -> Row:
    """What a cell is, but for unusual settings of its attack and its defenses, which the title has."""
    threat = spec.threat
    return {
        "model": spec.model.source,
        "defense": stack_title(spec.defense),
        "attack": spec.attack.name,
        "nu": nu_of(spec.defense),
        "mu": mu_of(spec.attack),
        "norm": threat.norm,
        "epsilon": threat.epsilon,
        "goal": threat.goal,
        "feedback": threat.feedback,
        "loss": threat.loss,
        "eight_bit": threat.eight_bit,
        "budget": threat.budget,
        "eot": threat.eot,
        "eot_budget": threat.account,
        "data": spec.data.source,
        "images": spec.data.images,
        "choice": spec.data.seed,
        "seed": spec.seed,
    }


def _game_row(it: CellSummary, game: GameRecord) -> Row:
    values = {field.name: getattr(game, field.name) for field in fields(GameRecord)}
    return {"cell": it.cell.id, "title": it.cell.title, **values, "paid": game.paid, "strict": game.strict}


def _comparison_row(compared: Compared) -> Row:
    it = compared.comparison
    outcome = asdict(it.outcome)
    outcome |= _bounds("difference", it.outcome.difference)
    return {
        "first": it.first.cell.id,
        "second": it.second.cell.id,
        "criterion": it.criterion,
        **outcome,
        "p_adjusted": compared.adjusted,
    }


def _beside_row(it: Beside) -> Row:
    return {
        "cell": it.ours.cell.id,
        **asdict(it.published),
        "failure_difference": it.failure_difference,
        "queries_difference": it.queries_difference,
    }


def _bounds(name: str, estimate: Estimate) -> Row:
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}


def _csv(rows: list[Row]) -> str:
    """Empty where there is no number; a line break within a text stays within its quotes."""
    file = StringIO()
    if rows:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(_finite(rows))
    return file.getvalue()


def _finite(value: Any) -> Any:
    """The same with None for NaN, which neither format knows."""
    if isinstance(value, dict):
        return {key: _finite(it) for key, it in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(it) for it in value]
    return None if isinstance(value, float) and math.isnan(value) else value
