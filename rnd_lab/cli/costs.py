"""``rnd-lab cost``: what defenses cost on clean images."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from rnd_lab.cli.calibration import Data, clean_images
from rnd_lab.cli.downloading import download_bar
from rnd_lab.cli.errors import clear_errors, one_by_one
from rnd_lab.cli.models import Architecture, Trust, named, require_use
from rnd_lab.cli.options import Device
from rnd_lab.cli.stack import HELP as STACK_HELP
from rnd_lab.cli.stack import read_stack
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.defenses.catalog import AnyDefense
from rnd_lab.defenses.defense import DefenseSpec
from rnd_lab.evaluation.estimate import count_images
from rnd_lab.evaluation.stage import set_stage
from rnd_lab.experiments.duel import pick_device
from rnd_lab.experiments.keep import save_json, versions
from rnd_lab.game.calibrate import defense_inside
from rnd_lab.game.cost import Cost, measure_cost
from rnd_lab.game.forward import Forward
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.files import require_room_for
from rnd_lab.primitives.statistics import Estimate

FIGURES = ("accuracy", "changed answers", "false alarms", "ECE", "a query", "slower")
MOST = 1000
"""Images that are asked about where no number is chosen."""
STACK: TypeAdapter[tuple[AnyDefense, ...]] = TypeAdapter(tuple[AnyDefense, ...])


def cost_command(
    data: Data,
    defense: Annotated[
        list[str], typer.Option(help=f"{STACK_HELP} Here each is a row of its own, + joins those of one.")
    ],
    model: Annotated[str, typer.Option(help="The model behind the defenses.")] = ModelSpec().source,
    architecture: Architecture = None,
    trust: Trust = False,
    images: Annotated[
        int | None,
        typer.Option(min=1, help="So many images, evenly over the classes.", show_default=f"all, at most {MOST:,}"),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the noise and of the choice of images.")] = 0,
    device: Device = "auto",
    json: Annotated[Path | None, typer.Option(help="File for the report as JSON.")] = None,
) -> None:
    """Measure what defenses cost: accuracy, changed answers, false alarms, calibration and time, with intervals.

    A defense that the model was trained with (RSE, PNI) is on in every row. One that the model cannot have does not
    stop the others. What was measured is shown and saved in any case.
    """
    console = Console()
    with clear_errors(), one_by_one() as one:
        if json:
            require_room_for(json)
        require_use([model], architecture)
        behind = named(model, architecture, trust)
        inside = defense_inside(behind)
        stacks = {words: _over(inside, STACK.validate_python(read_stack(words.split("+")))) for words in defense}
        most = images or min(count_images(DataSpec(source=data)), MOST)
        with download_bar(console) as tell:
            stage = set_stage(behind, DataSpec(source=data, images=most, seed=seed), pick_device(device), tell)
        inputs, labels = clean_images(stage, stage.selection)
        forward = Forward(stage.classifier.network)
        costs: dict[str, Cost] = {}
        try:
            for words, stack in stacks.items():
                with one(), console.status(f"Measuring {escape(words)} …"):
                    costs[words] = measure_cost(forward, stack, inputs, labels, seed)
        finally:
            if costs:
                _show(costs, " with ".join([model, *(it.title for it in inside)]), console)
                if json:
                    rows = [{"defense": [it.model_dump() for it in stacks[at]], **asdict(costs[at])} for at in costs]
                    source = {"name": stage.images.name, "digest": stage.images.digest}
                    about = {"model": model, "model_digest": stage.classifier.digest, "data": source, "seed": seed}
                    save_json(json, {**about, "costs": rows, "versions": versions()})


def _over(inside: Sequence[DefenseSpec], stack: Sequence[DefenseSpec]) -> tuple[DefenseSpec, ...]:
    """A stack over the defense that is inside the model, which may be named in the stack already."""
    names = {it.title for it in stack}
    return (*stack, *(it for it in inside if it.title not in names))


def _show(costs: dict[str, Cost], model: str, console: Console) -> None:
    count = next(iter(costs.values())).images
    defense = Column("defense", overflow="fold")
    table = Table(
        defense, *FIGURES, title=f"{escape(model)}, {count:,} clean images, each asked once \\[95 % interval]"
    )
    for words, cost in costs.items():
        shares = (_percent(share) for share in (cost.accuracy, cost.flips, cost.flagged))
        took = _number(cost.milliseconds, 2, " ms")
        table.add_row(words, *shares, _number(cost.ece, 3), took, f"× {_number(cost.slowdown, 2)}")
    console.print(table)


def _number(it: Estimate, digits: int, unit: str = "") -> str:
    return f"{it.value:.{digits}f}{unit} \\[{it.low:.{digits}f}, {it.high:.{digits}f}]"


def _percent(share: Estimate) -> str:
    return f"{share.value:.1%} \\[{share.low:.1%}, {share.high:.1%}]"
