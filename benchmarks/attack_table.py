"""Every attack with its published settings against undefended (or defended) models, beside the published figures.

    python -m benchmarks.attack_table DATA --models bundled NAME … [--reference FOLDER] [--images 200] [--nu 0]
        [--cells "rgf linf" …]

DATA holds CIFAR-10's test images. NAME is a model that FOLDER/arch.py can build. Finished games are kept in --out: run
it again, with the same budget, to go on.
"""

import argparse
import importlib.util
import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from torch import nn
from torch.fx.experimental.optimization import fuse

from benchmarks.rnd_effect import SLOTS, correct_games
from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.defenses.defense import Answer
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.evaluation.batching import SharedForward
from rnd_lab.game.driver import Driver
from rnd_lab.game.forward import Forward
from rnd_lab.game.outcome import Game, Outcome
from rnd_lab.game.referee import Referee
from rnd_lab.game.threat import ThreatModel, published_epsilon
from rnd_lab.models.load import load
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.files import write_whole
from rnd_lab.primitives.statistics import Estimate, mean, median, share

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
    parser.add_argument("--reference", type=Path, default=Path("reference-models"))
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--budget", type=int, default=10_000)
    parser.add_argument("--nu", type=float, default=0.0)
    parser.add_argument("--cells", nargs="+", default=list(PUBLISHED), help="attack and norm of each, such as 'rgf l2'")
    parser.add_argument("--out", type=Path, default=Path("attack_table.json"))
    options = parser.parse_args()
    kept: dict[str, dict[str, Any]] = json.loads(options.out.read_text()) if options.out.exists() else {}
    for model in options.models:
        forward = Forward(load(ModelSpec()).network if model == "bundled" else reference(options.reference, model))
        games = correct_games(forward, options.data, options.images)
        rows = {cell: kept.setdefault(f"{model} {cell} nu {options.nu:g}", {}) for cell in options.cells}
        left = {cell: [game for game in games if game.name not in row] for cell, row in rows.items()}
        for cell, outcome in play(forward, left, options.budget, options.nu):
            rows[cell][outcome.game.name] = brief(outcome)
            write_whole(options.out, json.dumps(kept))
        for cell, row in rows.items():
            published = (PUBLISHED_RND if options.nu else PUBLISHED).get(cell, "–")
            print_row(f"{model} {cell}", [row[game.name] for game in games], published)


def reference(folder: Path, name: str) -> nn.Module:
    """A model that ``folder``/arch.py builds, its batch norms folded into the convolutions, which is quicker."""
    found = importlib.util.spec_from_file_location("arch", folder / "arch.py")
    assert found is not None
    assert found.loader is not None
    arch = importlib.util.module_from_spec(found)
    found.loader.exec_module(arch)
    return fuse(arch.build(name).eval())


def play(forward: Forward, games: dict[str, list[Game]], budget: int, nu: float) -> Iterator[tuple[str, Outcome]]:
    """Play the cells in their order; one begins while the last games of those before it are still played."""
    shared, waiting = SharedForward(forward), [cell for cell in games if games[cell]]
    left: dict[str, int] = {}
    finished: list[tuple[str, Outcome]] = []

    def play_cell(cell: str) -> None:
        for outcome in table_driver(shared, cell, budget, nu).play(games[cell]):
            finished.append((cell, outcome))
            left[cell] -= 1

    while waiting or any(left.values()):
        while waiting and sum(left.values()) < SLOTS:
            left[waiting[0]] = len(games[waiting[0]])
            shared.start(partial(play_cell, waiting.pop(0)))
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


def brief(outcome: Outcome) -> dict[str, Any]:
    """What the table needs to know of a game."""
    account = outcome.account
    queries = {"published": account.published, "paid": account.paid, "strict": account.strict}
    return {"status": outcome.status, "verdicts": outcome.verdicts} | queries


def print_row(name: str, games: Sequence[dict[str, Any]], published: str) -> None:
    attacked = [game for game in games if game["status"] != "misclassified"]
    won = [game for game in attacked if game["status"] == "success"]

    def text(estimate: Estimate, form: str) -> str:
        return f"{estimate.value:{form}} [{estimate.low:{form}}, {estimate.high:{form}}]"

    lasting = [sum(not game["verdicts"][criterion] for game in attacked) for criterion in ("first_hit", "vote")]
    failures = [text(share(failed, len(attacked)), ".2f") for failed in lasting]
    queries = [game["published"] for game in won]
    figures = [
        text(mean(queries), ".0f"),
        text(median(queries), ".0f"),
        f"{mean([game['paid'] for game in won]).value:.0f}",
    ]
    print("| " + " | ".join([name, str(len(attacked)), *failures, *figures, published]) + " |", flush=True)


if __name__ == "__main__":
    main()
