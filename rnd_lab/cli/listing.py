"""``rnd-lab list``: what there is, with parameters, units and defaults."""

import json

import torch
from rich.console import Console
from rich.table import Column, Table

from rnd_lab.attacks.attack import AttackSpec
from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.attacks.probe_picture import example_probe, noise_beside, sparkline
from rnd_lab.data.gallery import gallery
from rnd_lab.defenses.catalog import DEFENSES
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.game.referee import Referee
from rnd_lab.game.threat import ThreatModel, published_epsilon
from rnd_lab.models.bundled import bundled_folder, cards
from rnd_lab.primitives.spec import Spec

GREY = torch.full((3, 32, 32), 0.5)
PARAMETERS = "parameters [default, unit]"
LEGEND = (
    "Bars: a probe from the first pixel to the last, channel by channel; half height is no change. "
    f"Noise: how long that of RND with ν = {RndSpec().nu:g} is beside the probe, for CIFAR-10 and the attack's first "
    "norm; ν/μ where there is a μ."
)


def print_list(*, as_json: bool) -> None:
    """Print everything that can be named, as tables or as JSON schemas."""
    if as_json:
        print(json.dumps(_schemas(), indent=2, ensure_ascii=False))
        return
    console = Console()
    for table in (_attacks(), _defenses(), _models()):
        console.print(table)
    console.print("[bold]Images[/bold]", ", ".join(image.name for image in gallery()))


def _attacks() -> Table:
    table = _table("Attacks", "name", Column("a probe", no_wrap=True), "what a probe is", PARAMETERS)
    table.caption, table.caption_justify = LEGEND, "left"
    for name, spec in ATTACKS.items():
        table.add_row(name, _probe(spec), spec.summary, _parameters(spec))
    return table


def _defenses() -> Table:
    table = _table("Defenses", "name", "what an answer is", PARAMETERS)
    for name, spec in DEFENSES.items():
        table.add_row(name, spec.summary, _parameters(spec))
    return table


def _models() -> Table:
    table = _table("Models", "name", "title", "accuracy")
    for card in cards(bundled_folder()):
        accuracy = ", ".join(f"{a.correct / a.images:.2%} at ν = {a.nu:g}" for a in card.accuracy)
        table.add_row(card.name, card.title, accuracy)
    table.add_row(
        "torchvision:NAME",
        "any classification network of torchvision, such as torchvision:resnet50",
        "downloaded on first use",
    )
    table.add_row("FILE", ".safetensors, .pt, .pth with --architecture, or .pt2 with --trust", "")
    return table


def _table(title: str, *columns: Column | str) -> Table:
    return Table(*columns, title=title, title_justify="left")


def _probe(attack: type[AttackSpec]) -> str:
    """A picture of a probe in one line, and how long noise is beside it."""
    norm = attack.norms[0]
    spec = attack.for_data("cifar10", norm)
    probe = example_probe(spec, GREY, norm, published_epsilon("cifar10", norm))
    return f"{sparkline(probe)}\nnoise {noise_beside(spec, probe, RndSpec().nu)}"


def _parameters(spec: type[Spec]) -> str:
    lines = []
    for name, info in spec.model_fields.items():
        if name != "name":
            unit = info.json_schema_extra.get("unit", "") if isinstance(info.json_schema_extra, dict) else ""
            lines.append(f"{name} \\[{' '.join(filter(None, (str(info.default), str(unit))))}]: {info.description}")
    return "\n".join(lines)


def _schemas() -> dict[str, object]:
    return {
        "attacks": {name: spec.model_json_schema() for name, spec in ATTACKS.items()},
        "defenses": {name: spec.model_json_schema() for name, spec in DEFENSES.items()},
        "threat": ThreatModel.model_json_schema(),
        "referee": Referee.model_json_schema(),
        "models": [card.model_dump() for card in cards(bundled_folder())],
        "images": [image.name for image in gallery()],
    }
