"""Square, SimBA, Bandit, ZS and NES beside independent implementations: the same model, images, ε and budget.

    python -m benchmarks.cross_check DATA [--images 100] [--out FILE.json]

DATA holds CIFAR-10's test images. Needs torchattacks 3.5.1 and adversarial-robustness-toolbox 1.20.1 (with
scikit-learn), which nothing else here does: install them in an environment of their own. Finished rows are kept in
FILE.json: run it again to go on.
"""

import argparse
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torchattacks
from art.attacks.evasion import SimBA
from art.estimators.classification import PyTorchClassifier
from scipy.stats import mannwhitneyu
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.rnd_effect import SLOTS, correct_games
from rnd_lab.attacks.attack import AttackSpec
from rnd_lab.attacks.bandit import BanditSpec
from rnd_lab.attacks.nes import NesSpec
from rnd_lab.attacks.simba import SimbaSpec
from rnd_lab.attacks.square import SquareSpec
from rnd_lab.attacks.zs import ZsSpec
from rnd_lab.game.driver import Driver
from rnd_lab.game.forward import Forward
from rnd_lab.game.outcome import Game
from rnd_lab.game.referee import Referee
from rnd_lab.game.threat import ThreatModel
from rnd_lab.models.load import load
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.losses import margin
from rnd_lab.primitives.statistics import mean, median, share

CLASSES = 10


Player = Callable[[nn.Module, Game, AttackSpec, ThreatModel], float]
"""Plays one game and tells how many queries it took; infinity where it was lost."""


@dataclass(frozen=True)
class Comparison:
    """Other implementations of an attack under the same rules."""

    spec: AttackSpec
    threat: ThreatModel
    others: dict[str, Player]

    @property
    def title(self) -> str:
        """Such as "Square linf, ε 0.05, budget 10000"."""
        threat = self.threat
        return f"{self.spec.title} {threat.norm}, ε {threat.epsilon:g}, budget {threat.budget}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--images", type=int, default=100)
    parser.add_argument("--out", type=Path, default=Path("cross_check.json"))
    options = parser.parse_args()
    forward = Forward(load(ModelSpec()).network)
    games = correct_games(forward, options.data, options.images)
    done: dict[str, Any] = json.loads(options.out.read_text()) if options.out.exists() else {}
    for comparison in comparisons():
        spec, threat = comparison.spec, comparison.threat
        rows = done.setdefault(f"{comparison.title}, {options.images} images", {})
        if "here" not in rows:
            rows["here"] = here(forward, games, spec, threat)
        for name, play in comparison.others.items():
            if name not in rows:
                rows[name] = [play(forward.network, game, spec, threat) for game in games]
                options.out.write_text(json.dumps(done))
        show(comparison.title, rows)


def comparisons() -> list[Comparison]:
    """SimBA there has no ball to stay in, and lowers the probability of the true class."""
    free = ThreatModel(norm="l2", epsilon=100, loss="cross_entropy", feedback="probabilities")
    wide = [ThreatModel(), ThreatModel(norm="l2", epsilon=1)]
    narrow = [ThreatModel(epsilon=0.02, budget=1000), ThreatModel(norm="l2", epsilon=0.5, budget=1000)]
    squares = [(SquareSpec.for_data("cifar10", threat.norm), threat) for threat in wide + narrow]
    simbas = {"ART": art_simba, "plain, better side": partial(plain_simba, True), "plain": partial(plain_simba, False)}
    return [
        *(Comparison(spec, threat, {"torchattacks": torchattacks_square}) for spec, threat in squares),
        Comparison(SimbaSpec(), free, simbas),
        Comparison(SimbaSpec(), free.model_copy(update={"budget": 100}), simbas),
        *(Comparison(BanditSpec(), threat, {"plain": plain_bandit}) for threat in wide),
        *(Comparison(ZsSpec.for_data("cifar10", threat.norm), threat, {"plain": plain_zs}) for threat in wide),
        *(Comparison(NesSpec.for_data("cifar10", threat.norm), threat, {"plain": plain_nes}) for threat in wide),
    ]


def here(forward: Forward, games: Sequence[Game], spec: AttackSpec, threat: ThreatModel) -> list[float]:
    """Queries of each game here."""
    driver = Driver(forward, (), spec, threat, Referee(), shape=(3, 32, 32), slots=SLOTS)
    outcomes = {outcome.game.name: outcome for outcome in driver.play(games)}
    ended = [outcomes[game.name] for game in games]
    return [outcome.account.paid if outcome.status == "success" else math.inf for outcome in ended]


def torchattacks_square(network: nn.Module, game: Game, spec: AttackSpec, threat: ThreatModel) -> float:
    """As torchattacks counts. One image at a time: images of a batch would share their patches."""
    assert isinstance(spec, SquareSpec)
    norm = "Linf" if threat.norm == "linf" else "L2"
    attack = torchattacks.Square(network, norm=norm, eps=threat.epsilon, n_queries=threat.budget, p_init=spec.p)
    image, label = game.image[None], torch.tensor([game.label])
    attack.init_hyperparam(image)
    torch.manual_seed(int(game.name))
    queries, best = attack.attack_single_run(image, label)
    with torch.no_grad():
        won = int(network(best).argmax()) != game.label and float(queries) <= threat.budget
    return float(queries) if won else math.inf


class Answers(nn.Module):
    """Probabilities of a network's classes; ``told`` are those of ``label`` for all images asked so far."""

    def __init__(self, network: nn.Module, label: int) -> None:
        super().__init__()
        self.network = network
        self.label = label
        self.told: list[float] = []

    def forward(self, images: Tensor) -> Tensor:
        probabilities = self.network(images).softmax(1)
        self.told += probabilities[:, self.label].tolist()
        return probabilities


def art_simba(network: nn.Module, game: Game, spec: AttackSpec, threat: ThreatModel) -> float:
    """ART always asks both sides of a pixel: only those are counted that would be asked here."""
    assert isinstance(spec, SimbaSpec)
    answers = Answers(network, game.label)
    classifier = PyTorchClassifier(
        answers, nn.NLLLoss(), tuple(game.image.shape), CLASSES, clip_values=(0, 1), device_type="cpu"
    )
    attack = SimBA(classifier, attack="px", max_iter=threat.budget, epsilon=spec.step, verbose=False)
    np.random.seed(int(game.name))
    adversarial = attack.generate(game.image[None].numpy(), np.eye(CLASSES, dtype=np.float32)[[game.label]])
    queries = asked_one_after_the_other(answers.told)
    with torch.no_grad():
        won = int(network(torch.from_numpy(adversarial)).argmax()) != game.label and queries <= threat.budget
    return queries if won else math.inf


def asked_one_after_the_other(told: Sequence[float]) -> int:
    """Queries where the second side is left out if the first helped, and a side that the box holds is not asked.

    ``told`` are the answers to the clean image and then to both sides of each pixel.
    """
    queries, best = 1, told[0]
    for first, second in zip(told[1::2], told[2::2], strict=True):
        queries += int(first != best)
        queries += int(second != best and first >= best)
        best = min(best, first, second)
    return queries


def plain_simba(better: bool, network: nn.Module, game: Game, spec: AttackSpec, threat: ThreatModel) -> float:
    """SimBA in a few lines: it takes the first side of a pixel that helps, or like ART the better one.

    The better side is counted as for ART.
    """
    assert isinstance(spec, SimbaSpec)
    image, queries = game.image.clone(), 1
    best, _ = answer(network, image, game.label)
    for place in np.random.default_rng(int(game.name)).permutation(image.numel()).tolist():
        helped: list[tuple[float, bool, Tensor]] = []
        for step in (spec.step, -spec.step):
            moved = image.flatten().clone()
            moved[place] = (moved[place] + step).clamp(0, 1)
            moved = moved.view_as(image)
            if (helped and not better) or torch.equal(moved, image):
                continue
            loss, fooled = answer(network, moved, game.label)
            queries += int(not helped)
            if loss < best:
                helped.append((loss, fooled, moved))
        if queries > threat.budget:
            return math.inf
        if helped:
            best, fooled, image = min(helped, key=lambda side: side[0])
            if fooled:
                return queries
    return math.inf


def plain_bandit(network: nn.Module, game: Game, spec: AttackSpec, threat: ThreatModel) -> float:
    """Bandit in a few lines, with the published settings as they are written there: for pixels from 0 to 255."""
    length, rate, exploration, step, epsilon = 2.55, 0.1, 0.1, 2.55, 255 * threat.epsilon
    generator = torch.Generator().manual_seed(int(game.name))
    clean = 255 * game.image[None]
    image, prior = clean.clone(), torch.zeros(1, 3, 20, 20)

    def enlarged(grid: Tensor) -> Tensor:
        return F.interpolate(grid, size=clean.shape[2:])

    for queries in range(2, threat.budget + 1, 2):
        noise = torch.randn(prior.shape, generator=generator)
        sides = [enlarged(prior + exploration * sign * noise) for sign in (1, -1)]
        probes = torch.cat([image + length * side / side.norm() for side in sides])
        first, second = -margins(network, probes / 255, game.label)
        gradient = (first - second) / (length * exploration) * noise
        if threat.norm == "linf":
            up, down = (1 + prior) * (rate * gradient).exp(), (1 - prior) * (-rate * gradient).exp()
            prior = (up - down) / (up + down)
        else:
            prior = prior + rate * gradient
        image = stepped(image, step, enlarged(prior), clean, epsilon, threat).clamp(0, 255)
        if margins(network, image / 255, game.label) < 0:
            return queries
    return math.inf


def plain_zs(network: nn.Module, game: Game, spec: AttackSpec, threat: ThreatModel) -> float:
    """ZO-signSGD in a few lines."""
    assert isinstance(spec, ZsSpec)

    def gradient(image: Tensor, generator: torch.Generator) -> Tensor:
        noise = torch.randn(spec.samples, *game.image.shape, generator=generator)
        losses = margins(network, torch.cat([image, image + spec.mu * noise]), game.label)
        return torch.einsum("n,nchw->chw", losses[1:] - losses[0], noise)

    return descent(network, game, threat, gradient, 1 + spec.samples, spec.step)


def plain_nes(network: nn.Module, game: Game, spec: AttackSpec, threat: ThreatModel) -> float:
    """NES in a few lines."""
    assert isinstance(spec, NesSpec)

    def gradient(image: Tensor, generator: torch.Generator) -> Tensor:
        noise = torch.randn(spec.samples // 2, *game.image.shape, generator=generator)
        plus, minus = (margins(network, image + side * spec.mu * noise, game.label) for side in (1, -1))
        return torch.einsum("n,nchw->chw", plus - minus, noise)

    return descent(network, game, threat, gradient, spec.samples, spec.step)


def descent(
    network: nn.Module,
    game: Game,
    threat: ThreatModel,
    gradient: Callable[[Tensor, torch.Generator], Tensor],
    price: int,
    step: float,
) -> float:
    """Queries until steps against a gradient, which costs ``price`` queries each time, win; infinity if they do not."""
    generator = torch.Generator().manual_seed(int(game.name))
    image = clean = game.image[None]
    for queries in range(price, threat.budget + 1, price):
        image = stepped(image, -step, gradient(image, generator), clean, threat.epsilon, threat).clamp(0, 1)
        if margins(network, image, game.label) < 0:
            return queries
    return math.inf


def stepped(
    image: Tensor, step: float, direction: Tensor, clean: Tensor, epsilon: float, threat: ThreatModel
) -> Tensor:
    """An image float32 [1, c, h, w] after a step along a direction, back in the ball of size ``epsilon``."""
    if threat.norm == "linf":
        return (image + step * direction.sign()).clamp(clean - epsilon, clean + epsilon)
    change = image + step * direction / direction.norm() - clean
    return clean + change * min(1.0, epsilon / float(change.norm()))


def margins(network: nn.Module, images: Tensor, label: int) -> Tensor:
    """Margins float32 [n] of a label for images float32 [n, c, h, w]."""
    with torch.no_grad():
        return margin(network(images), torch.full((len(images),), label), targeted=False)


def answer(network: nn.Module, image: Tensor, label: int) -> tuple[float, bool]:
    """The log-probability of a label for an image float32 [c, h, w], and whether another class is likelier."""
    with torch.no_grad():
        scores = network(image[None])[0].log_softmax(0)
    return float(scores[label]), int(scores.argmax()) != label


def show(title: str, queries: dict[str, list[float]]) -> None:
    """A row for each implementation; p of the rank test that it needs as many queries as the one here."""
    for name, counts in queries.items():
        won = [count for count in counts if math.isfinite(count)]
        failure = share(len(counts) - len(won), len(counts))
        figures = [f"{failure.value:.2f} [{failure.low:.2f}, {failure.high:.2f}]"]
        figures += [f"{it.value:.0f} [{it.low:.0f}, {it.high:.0f}]" for it in (mean(won), median(won))]
        same = "" if name == "here" else f"{mannwhitneyu(queries['here'], counts).pvalue:.2f}"
        print("| " + " | ".join([title, name, str(len(counts)), *figures, same]) + " |", flush=True)


if __name__ == "__main__":
    main()
