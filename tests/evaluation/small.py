"""Evaluations that take seconds, and what must be the same however they are played."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from rnd_lab.attacks.square import SquareSpec
from rnd_lab.attacks.zs import ZsSpec
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.evaluation.spec import DefendedModel, EvaluationSpec
from rnd_lab.game.referee import Referee
from rnd_lab.game.threat import ThreatModel
from rnd_lab.results.database import Database

Table = dict[str, list[tuple[object, ...]]]


def small(**changes: Any) -> EvaluationSpec:
    """Two cells without a defense and two with one, over ten shipped images; 40 queries each."""
    values: dict[str, Any] = {
        "name": "small",
        "data": DataSpec(images=10),
        "models": (DefendedModel(), DefendedModel(defense=(RndSpec(nu=0.05),))),
        "attacks": (SquareSpec(), ZsSpec(samples=5)),
        "threat": ThreatModel(budget=40),
        "referee": Referee(votes=3),
    }
    return EvaluationSpec(**(values | changes))


def table(path: Path, number: int = 1) -> Table:
    """Everything that is kept of every game, but for the time it took."""
    with Database(path, create=False) as database:
        return {
            cell.title: [
                (
                    replace(game, seconds=0.0),
                    database.curve(cell.id, game.image).pack(),
                    database.adversarial(cell.id, game.image).tobytes(),
                )
                for game in database.games(cell.id)
            ]
            for cell in database.cells(number)
        }
