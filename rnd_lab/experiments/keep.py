"""Keeping what a run found: an adversarial PNG that is still adversarial, the JSON that replays it, the film."""

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import scipy
import torch
from torch import Tensor

import rnd_lab
from rnd_lab.data.pixels import image_key, to_png
from rnd_lab.defenses.defense import answer_stack
from rnd_lab.experiments.duel import Duel, Scene, SideName
from rnd_lab.experiments.run_spec import RunSpec, SavedRun
from rnd_lab.game.forward import Forward
from rnd_lab.game.ledger import Account
from rnd_lab.game.outcome import Outcome
from rnd_lab.game.referee import fooled, judge
from rnd_lab.primitives.draws import Rows, game_key
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.files import write_whole
from rnd_lab.primitives.geometry import l2, linf, to_grid


@dataclass(frozen=True)
class Kept:
    """What the eight-bit image that was saved still does, judged anew; ``wins`` of ``votes`` fresh defended answers."""

    linf: float
    l2: float
    inside: bool
    noise_free: bool
    vote: bool
    wins: int
    votes: int

    @property
    def sentence(self) -> str:
        """What to tell the user."""
        truth = "fools" if self.noise_free else "does not fool"
        return (
            f"Saved with 8 bits a channel: it {truth} the model without noise, and "
            f"{self.wins} of {self.votes} fresh answers to it are wins for the attacker."
        )


def rejudge(image: Tensor, spec: RunSpec, scene: Scene) -> Kept:
    """Judge an image float32 [c, h, w] anew: the noise-free model, and ``referee.votes`` fresh defended answers."""
    device = scene.classifier.device
    forward = Forward(scene.classifier.network)
    votes = spec.referee.votes
    batch = image[None].to(device)
    rows = Rows([game_key(spec.seed, image_key(image))] * votes, range(votes), "keep", device)
    answers = answer_stack(spec.defense, batch.expand(votes, -1, -1, -1), rows, forward)
    classes = torch.tensor([scene.label if spec.target is None else spec.target], device=device)
    targeted = spec.threat.targeted
    delta = (image - scene.image)[None]
    size = linf(delta) if spec.threat.norm == "linf" else l2(delta)
    return Kept(
        linf=float(linf(delta)),
        l2=float(l2(delta)),
        inside=bool(size <= spec.threat.epsilon * (1 + 1e-5) + 1e-7),
        noise_free=bool(fooled(forward(batch), classes, targeted)),
        vote=bool(judge(answers[None], classes, targeted).vote),
        wins=int(fooled(answers, classes.expand(votes), targeted).sum()),
        votes=votes,
    )


def save_image(path: Path, duel: Duel, name: SideName) -> Kept:
    """Save a side's image as PNG: quantised, inside the ball, and judged anew by that side's defense.

    Raises LabError where it cannot be written.
    """
    scene, threat = duel.scene, duel.spec.threat
    quantised = to_grid(duel.sides[name].image[None], scene.image[None], threat.epsilon, threat.norm)[0]
    to_png(quantised, path)
    return rejudge(quantised, duel.side_spec(name), scene)


def outcome_report(outcome: Outcome, labels: tuple[str, ...]) -> dict[str, Any]:
    """The figures of an outcome, ready for JSON."""
    return {
        "status": outcome.status,
        "verdicts": outcome.verdicts,
        "first_hit_at": outcome.first_hit_at,
        "queries": _queries(outcome.account),
        "linf": outcome.linf,
        "l2": outcome.l2,
        "true_margin": outcome.margin,
        "prediction": labels[outcome.prediction],
        "decisions": outcome.trace.decisions,
        "flips": outcome.trace.flips,
        "seconds": round(outcome.seconds, 3),
    }


def _queries(account: Account) -> dict[str, int]:
    return {**asdict(account), "paid": account.paid, "strict": account.strict}


def run_report(duel: Duel, kept: Mapping[SideName, Kept] | None = None) -> dict[str, Any]:
    """The full spec and the outcome of every side, as far as it has come; ``read_saved`` reads it back."""
    scene = duel.scene
    sides: dict[str, Any] = {}
    for name, side in duel.sides.items():
        if side.outcome:
            sides[name] = outcome_report(side.outcome, scene.classifier.labels)
        else:
            sides[name] = {"status": "unfinished", "queries": _queries(side.account)}
    for name, saved in (kept or {}).items():
        sides[name]["saved_image"] = asdict(saved)
    return {
        "spec": duel.spec.model_dump(mode="json"),
        "true_class": scene.classifier.labels[scene.label],
        "model_digest": scene.classifier.digest,
        "image_key": image_key(scene.image),
        "outcome": sides,
        "versions": versions(),
    }


def changes(saved: SavedRun, scene: Scene) -> tuple[Literal["model", "image"], ...]:
    """What a saved result was played on that is another one by now under the same name."""
    found: tuple[tuple[Literal["model", "image"], str, str], ...] = (
        ("model", saved.model_digest, scene.classifier.digest),
        ("image", saved.image_key, image_key(scene.image)),
    )
    return tuple(what for what, before, now in found if before not in ("", now))


def versions() -> dict[str, str]:
    """What a figure depends on besides its spec."""
    return {
        "rnd_lab": rnd_lab.__version__,
        "torch": torch.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def save_json(path: Path, report: Mapping[str, Any]) -> None:
    """Write a report. Raises LabError where it cannot be written."""
    try:
        write_whole(path, json.dumps(report, indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        raise LabError(f"The result cannot be saved as {path}: {error}") from error
