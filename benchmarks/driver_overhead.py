"""Forwards per second of a batch of games over the raw forward rate of the same model, measured in turn in one run.

    python -m benchmarks.driver_overhead [--rounds 5]

Beside it, the queries that are answered for each image that is run: more than 1 where answers are known already.
"""

import argparse
import statistics
import time

import torch

from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.game.driver import Driver
from rnd_lab.game.forward import Forward
from rnd_lab.game.outcome import Game
from rnd_lab.game.referee import Referee
from rnd_lab.game.threat import ThreatModel
from rnd_lab.models.load import load
from rnd_lab.models.spec import ModelSpec
from tests.toys import Counted

SLOTS = 100
SECONDS = 2.0


def raw_rate(forward: Forward, images: torch.Tensor) -> float:
    """Images per second of the bare model at the same batch size."""
    started, done = time.perf_counter(), 0
    while (elapsed := time.perf_counter() - started) < SECONDS:
        forward(images)
        done += len(images)
    return done / elapsed


def game_rate(forward: Counted, images: torch.Tensor, attack: str, nu: float) -> tuple[float, float]:
    """Forwards per second, and queries a forward, of games that nobody can win: their target is an unlikely one."""
    spec = ATTACKS[attack].for_data("cifar10", "linf" if "linf" in ATTACKS[attack].norms else "l2")
    norm = "linf" if "linf" in spec.norms else "l2"
    threat = ThreatModel(norm=norm, epsilon=0.001, budget=1_000_000, goal="targeted")
    labels = forward(images).argmax(1).tolist()
    games = [
        Game(str(i), image, label, target=(label + 5) % 10)
        for i, (image, label) in enumerate(zip(images, labels, strict=True))
    ]
    defense = [RndSpec(nu=nu)] if nu else []
    driver = Driver(forward, defense, spec, threat, Referee(), shape=(3, 32, 32), slots=SLOTS)
    driver.admit(games)
    rows, queries = forward.rows, _queries(driver)
    started = time.perf_counter()
    while (elapsed := time.perf_counter() - started) < SECONDS:
        driver.step()
    rows = forward.rows - rows
    return rows / elapsed, (_queries(driver) - queries) / rows


def _queries(driver: Driver) -> int:
    return sum(driver.account(slot).strict for slot in range(SLOTS) if driver.seat(slot))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    forward = Counted(load(ModelSpec()).network)
    images = torch.rand(SLOTS, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    raw_rate(forward, images)
    for attack in ATTACKS:
        for nu in (0.0, 0.02):
            ratios = []
            for _ in range(rounds):
                raw = raw_rate(forward, images)
                rate, answered = game_rate(forward, images, attack, nu)
                ratios.append(rate / raw)
            spread = f"min {min(ratios):.2f}  max {max(ratios):.2f}  queries a forward {answered:.2f}"
            print(f"{attack:14} ν {nu:<5g} ratio median {statistics.median(ratios):.2f}  {spread}", flush=True)


if __name__ == "__main__":
    main()
