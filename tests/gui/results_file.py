"""A small results file with real games."""

from pathlib import Path

import torch

from rnd_lab.attacks.square import SquareSpec
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.evaluation.run import evaluate
from rnd_lab.evaluation.spec import DefendedModel, EvaluationSpec
from rnd_lab.game.referee import Referee
from rnd_lab.game.threat import ThreatModel

GRID = EvaluationSpec(
    name="grid",
    data=DataSpec(images=4),
    models=(DefendedModel(defense=(RndSpec(),)),),
    attacks=(SquareSpec(),),
    threat=ThreatModel(budget=20),
    referee=Referee(votes=3),
    nu=(0.01, 0.05),
    mu=(0.05, 0.2),
)
PLAIN = GRID.model_copy(update={"name": "plain", "models": (DefendedModel(),), "nu": ()})


def make_results(path: Path) -> Path:
    """Two evaluations: 2 ν × 2 μ with RND, and the same attacks without a defense; 4 images, 20 queries."""
    torch.set_num_threads(1)
    for spec in (GRID, PLAIN):
        evaluate(spec, path, "cpu")
    return path
