"""Square and NES against no defense and RND: failure rates under every criterion, queries, and a control.

    python benchmarks/rnd_effect.py DATA [--images 200] [--budget 2000] [--out FILE.json]

DATA holds CIFAR-10's test images (see ``load_cifar10``). Finished cells are kept in FILE.json: run it again to go on.
"""

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from rnd_lab.attacks.attack import AttackSpec
from rnd_lab.attacks.nes import NesSpec
from rnd_lab.attacks.square import SquareSpec
from rnd_lab.data.cifar10 import load_cifar10
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.game.driver import Driver
from rnd_lab.game.forward import Forward
from rnd_lab.game.outcome import Game, Outcome
from rnd_lab.game.referee import CRITERIA, Referee
from rnd_lab.game.threat import ThreatModel
from rnd_lab.models.load import load
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.statistics import Estimate, mean, median, share

SLOTS = 100
ATTACKS: tuple[AttackSpec, ...] = (SquareSpec(), NesSpec())
NUS = (0.0, 0.01, 0.02, 0.05)
CONTROL_ANSWERS = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--budget", type=int, default=2000)
    parser.add_argument("--out", type=Path, default=Path("rnd_effect.json"))
    options = parser.parse_args()
    forward = Forward(load(ModelSpec()).network)
    games = correct_games(forward, options.data, options.images)
    rows: dict[str, Any] = json.loads(options.out.read_text()) if options.out.exists() else {}
    for attack in ATTACKS:
        for nu in NUS:
            name = f"{attack.name} {nu:g}"
            key = f"{name}, {options.images} images, {options.budget} queries"
            if key not in rows:
                rows[key] = measure(forward, games, attack, nu, options.budget)
                options.out.write_text(json.dumps(rows, indent=1))
            print_row(name, rows[key])


def correct_games(forward: Forward, data: Path, count: int) -> list[Game]:
    """The first ``count`` test images that the model classifies right without noise."""
    test = load_cifar10(data, train=False)
    images = test.images[: 2 * count].to(torch.float32) / 255
    right = forward(images).argmax(1) == test.labels[: 2 * count]
    return [Game(str(i), images[i], int(test.labels[i])) for i in right.nonzero().flatten().tolist()[:count]]


def measure(forward: Forward, games: Sequence[Game], attack: AttackSpec, nu: float, budget: int) -> dict[str, Any]:
    defense = [RndSpec(nu=nu)] if nu else []
    started = time.monotonic()
    driver = Driver(forward, defense, attack, ThreatModel(budget=budget), Referee(), shape=(3, 32, 32), slots=SLOTS)
    played = list(driver.play(games))
    seconds = time.monotonic() - started
    attacked = [outcome for outcome in played if outcome.status != "misclassified"]
    won = [outcome.account.paid for outcome in attacked if outcome.status == "success"]
    return {
        "attacked": len(attacked),
        "misclassified": len(played) - len(attacked),
        "failure": {c: vars(share(sum(not o.verdicts[c] for o in attacked), len(attacked))) for c in CRITERIA},
        "mean": vars(mean(won)),
        "median": vars(median(won)),
        "control": control(forward, attacked, nu),
        "queries_per_second": sum(outcome.account.strict for outcome in played) / seconds,
        "seconds": seconds,
    }


def control(forward: Forward, outcomes: Sequence[Outcome], nu: float) -> float:
    """Share of clean images expected to be misclassified at least once when asked as often as their game was judged."""
    if not nu:
        return 0.0
    caught = 0.0
    for outcome in outcomes:
        rows = Rows([outcome.game.key] * CONTROL_ANSWERS, range(CONTROL_ANSWERS), "control", torch.device("cpu"))
        answers = RndSpec(nu=nu).answer(outcome.game.image.expand(CONTROL_ANSWERS, -1, -1, -1), rows, forward)
        wrong = float((answers.argmax(1) != outcome.game.label).float().mean())
        judged = outcome.account.judge - Referee().votes - 1  # without the final vote and the look at the start
        caught += 1 - (1 - wrong) ** max(judged, 0)
    return caught / len(outcomes)


def print_row(name: str, row: dict[str, Any]) -> None:
    def text(estimate: dict[str, float], form: str = ".2f") -> str:
        e = Estimate(**estimate)
        return f"{e.value:{form}} [{e.low:{form}}, {e.high:{form}}]"

    cells = [name, str(row["attacked"]), *(text(row["failure"][c]) for c in CRITERIA), f"{1 - row['control']:.2f}"]
    cells += [text(row["mean"], ".0f"), text(row["median"], ".0f"), f"{row['seconds']:.0f}"]
    print("| " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
