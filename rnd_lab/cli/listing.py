"""``rnd-lab list``: what there is, with parameters, units and defaults."""

import json

from rich.console import Console
from rich.table import Table

from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.data.gallery import gallery
from rnd_lab.defenses.catalog import DEFENSES
from rnd_lab.game.referee import Referee
from rnd_lab.game.threat import ThreatModel
from rnd_lab.models.bundled import bundled_folder, cards
from rnd_lab.primitives.spec import Spec


def print_list(*, as_json: bool) -> None:
    """Print everything that can be named, as tables or as JSON schemas."""
    if as_json:
        print(json.dumps(_schemas(), indent=2, ensure_ascii=False))
        return
    console = Console()
    for title, specs in (("Attacks", ATTACKS), ("Defenses", DEFENSES)):
        table = Table(
            "name", "what a probe or an answer is", "parameters [default, unit]", title=title, title_justify="left"
        )
        for name, spec in specs.items():
            table.add_row(name, spec.summary, _parameters(spec))
        console.print(table)
    models = Table("name", "title", "accuracy", title="Models", title_justify="left")
    for card in cards(bundled_folder()):
        models.add_row(
            card.name, card.title, ", ".join(f"{a.correct / a.images:.2%} at ν = {a.nu:g}" for a in card.accuracy)
        )
    models.add_row(
        "torchvision:NAME",
        "any classification network of torchvision, such as torchvision:resnet50",
        "downloaded on first use",
    )
    models.add_row("FILE", ".safetensors, .pt, .pth with --architecture, or .pt2 with --trust", "")
    console.print(models)
    console.print("[bold]Images[/bold]", ", ".join(image.name for image in gallery()))


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
