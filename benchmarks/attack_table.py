"""Every attack with its published settings against undefended (or defended) models, beside the published figures.

    python -m benchmarks.attack_table DATA --models bundled NAME … [--reference FOLDER] [--images 200] [--nu 0]
        [--cells "rgf linf" …]

DATA holds CIFAR-10's test images. NAME is a model that FOLDER/arch.py can build. Finished rows are kept in --out: run
it again, with the same images and budget, to go on.
"""

import argparse
import importlib.util
import json
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from torch import nn

from benchmarks.rnd_effect import SLOTS, correct_games
from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.defenses.defense import Answer
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.evaluation.batching import SharedForward
from rnd_lab.game.driver import Driver
from rnd_lab.game.forward import Forward
from rnd_lab.game.outcome import Game, Outcome
from rnd_lab.game.referee import CRITERIA, Referee
from rnd_lab.game.threat import ThreatModel, published_epsilon
from rnd_lab.models.load import load
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.statistics import mean, median, share

PUBLISHED = {  # mean / median queries, failure rate: VGG-16 and WRN-28 of the same protocol (BlackboxBench README 2022)
    "nes linf": "267 / 180 / 0.00, 466 / 210 / 0.00",
    "zs linf": "257 / 155 / 0.00, 582 / 217 / 0.00",
    "bandit linf": "111 / 54 / 0.00, 210 / 72 / 0.00",
    "sign_hunter linf": "107 / 57 / 0.00, 168 / 74 / 0.00",
    "square linf": "73 / 35 / 0.00, 90 / 28 / 0.00",
    "eco linf": "208 / 146 / 0.00, 458 / 201 / 0.00",
    "nes l2": "375 / 270 / 0.00, 729 / 360 / 0.03",
    "zs l2": "340 / 275 / 0.00, 967 / 372 / 0.23",
    "bandit l2": "393 / 182 / 0.00, 619 / 260 / 0.00",
    "square l2": "435 / 178 / 0.00, 640 / 200 / 0.03",
    "simba l2": "308 / 136 / 0.00, 457 / 190 / 0.04",
}

PUBLISHED_RND = {  # mean queries, failure rate: WideNet-28 behind RND with ν = 0.02 (RND paper, Table 2)
    "nes linf": "843 / 0.05",
    "zs linf": "942 / 0.14",
    "bandit linf": "273 / 0.48",
    "sign_hunter linf": "977 / 0.23",
    "square linf": "762 / 0.12",
    "eco linf": "913 / 0.69",
    "simba l2": "2113 / 0.55",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--models", nargs="+", default=["bundled"])
    parser.add_argument("--reference", type=Path, default=Path("../shared/data/models"))
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--budget", type=int, default=10_000)
    parser.add_argument("--nu", type=float, default=0.0)
    parser.add_argument("--cells", nargs="+", default=list(PUBLISHED), help="attack and norm of each, such as 'rgf l2'")
    parser.add_argument("--out", type=Path, default=Path("attack_table.json"))
    options = parser.parse_args()
    rows: dict[str, Any] = json.loads(options.out.read_text()) if options.out.exists() else {}
    for model in options.models:
        forward = Forward(load(ModelSpec()).network if model == "bundled" else reference(options.reference, model))
        games = correct_games(forward, options.data, options.images)
        names = {cell: f"{model} {cell} nu {options.nu:g}" for cell in options.cells}
        left = [cell for cell in options.cells if names[cell] not in rows]
        for cell, row in measure(forward, games, left, options.budget, options.nu):
            rows[names[cell]] = row
            options.out.write_text(json.dumps(rows, indent=1))
            print(f"{names[cell]} finished", file=sys.stderr, flush=True)
        for cell, name in names.items():
            print_row(name, rows[name], (PUBLISHED_RND if options.nu else PUBLISHED).get(cell, "–"))


def reference(folder: Path, name: str) -> nn.Module:
    """A model that ``folder``/arch.py builds."""
    found = importlib.util.spec_from_file_location("arch", folder / "arch.py")
    assert found is not None
    assert found.loader is not None
    arch = importlib.util.module_from_spec(found)
    found.loader.exec_module(arch)
    network: nn.Module = arch.build(name)
    return network


def measure(
    forward: Forward, games: Sequence[Game], cells: Sequence[str], budget: int, nu: float
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Play the cells in their order. The next one begins while the last games of those before it are still played."""
    shared, waiting = SharedForward(forward), list(cells)
    left: dict[str, int] = {}
    finished: list[tuple[str, dict[str, Any]]] = []

    def play(cell: str) -> None:
        outcomes = []
        for outcome in table_driver(shared, cell, budget, nu).play(games):
            outcomes.append(outcome)
            left[cell] -= 1
        finished.append((cell, summary(outcomes)))

    while waiting or any(left.values()):
        while waiting and sum(left.values()) < SLOTS:
            left[waiting[0]] = len(games)
            shared.start(partial(play, waiting.pop(0)))
        shared.round()
        yield from finished
        finished.clear()


def table_driver(forward: Answer, cell: str, budget: int, nu: float) -> Driver:
    attack, norm = cell.split()
    threat = ThreatModel.model_validate({"norm": norm, "budget": budget})
    threat = threat.model_copy(update={"epsilon": published_epsilon("cifar10", threat.norm)})
    spec = ATTACKS[attack].for_data("cifar10", threat.norm)
    defense = [RndSpec(nu=nu)] if nu else []
    return Driver(forward, defense, spec, threat, Referee(), shape=(3, 32, 32), slots=SLOTS)


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    attacked = [outcome for outcome in outcomes if outcome.status != "misclassified"]
    won = [outcome for outcome in attacked if outcome.status == "success"]
    return {
        "attacked": len(attacked),
        "failure": {c: vars(share(sum(not o.verdicts[c] for o in attacked), len(attacked))) for c in CRITERIA},
        "mean": vars(mean([outcome.account.published for outcome in won])),
        "median": vars(median([outcome.account.published for outcome in won])),
        "paid": vars(mean([outcome.account.paid for outcome in won])),
        "strict": vars(mean([outcome.account.strict for outcome in won])),
    }


def print_row(name: str, row: dict[str, Any], published: str) -> None:
    def text(estimate: dict[str, float], form: str) -> str:
        return f"{estimate['value']:{form}} [{estimate['low']:{form}}, {estimate['high']:{form}}]"

    figures = [text(row["mean"], ".0f"), text(row["median"], ".0f"), f"{row['paid']['value']:.0f}"]
    failures = [text(row["failure"][criterion], ".2f") for criterion in ("first_hit", "vote")]
    print("| " + " | ".join([name, str(row["attacked"]), *failures, *figures, published]) + " |", flush=True)


if __name__ == "__main__":
    main()
