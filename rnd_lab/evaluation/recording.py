"""From the outcome of a game to what is kept of it."""

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from rnd_lab.evaluation.control import Control
from rnd_lab.game.outcome import Outcome
from rnd_lab.primitives.losses import margin
from rnd_lab.results.record import Curve, Floats, GameRecord, Played, pack_image

POINTS = 200
"""Points kept of each curve; a plot has hardly more pixels to spare for one of a thousand games."""


def record(outcome: Outcome, image: int, control: Control, device: str) -> Played:
    """What is kept of a game on image number ``image`` of its data set."""
    game, account, trace = outcome.game, outcome.account, outcome.trace
    kept = GameRecord(
        image=image,
        name=game.name,
        label=game.label,
        target=game.target,
        status=outcome.status,
        first_hit=outcome.verdicts["first_hit"],
        vote=outcome.verdicts["vote"],
        mean=outcome.verdicts["mean"],
        noise_free=outcome.verdicts["noise_free"],
        first_hit_at=outcome.first_hit_at,
        probe=account.probe,
        repeat=account.repeat,
        judge=account.judge,
        monitor=account.monitor,
        published=account.published,
        controls=control.asked,
        control_hit=control.hit,
        linf=outcome.linf,
        l2=outcome.l2,
        told_margin=_margin(outcome.told_scores, outcome),
        margin=outcome.margin,
        prediction=outcome.prediction,
        decisions=trace.decisions,
        flips=trace.flips,
        flagged=account.flagged,
        seconds=outcome.seconds,
        device=device,
    )
    told = np.stack([np.arange(1, len(trace.told) + 1), np.array(trace.told)], 1) if trace.told else np.zeros((0, 2))
    curve = Curve(_thin(told), _thin(np.array(trace.true).reshape(-1, 2)))
    return Played(kept, curve.pack(), pack_image(outcome.image.numpy()))


def failed(image: int, name: str, label: int, message: str, device: str) -> Played:
    """What is kept of a game that could not be played."""
    return Played(GameRecord(image, name, label, None, "error", message, device=device))


def _margin(scores: Tensor, outcome: Outcome) -> float:
    game = outcome.game
    wanted = torch.tensor([game.label if game.target is None else game.target])
    return float(margin(scores[None], wanted, game.target is not None))


def _thin(curve: npt.NDArray[Any]) -> Floats:
    """At most POINTS of a curve, evenly spaced, the first and the last among them."""
    if len(curve) > POINTS:
        curve = curve[np.linspace(0, len(curve) - 1, POINTS).round().astype(int)]
    return curve.astype(np.float32)
