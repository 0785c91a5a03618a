"""``rnd-lab calibrate``: how accurate models are over ν, and how much noise they bear."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from torch import Tensor

from rnd_lab.cli.errors import clear_errors
from rnd_lab.data.pixels import to_input
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.evaluation.stage import Stage, set_stage
from rnd_lab.experiments.duel import device_of, pick_device
from rnd_lab.experiments.keep import save_json, versions
from rnd_lab.game.calibrate import AccuracyCurve, accuracy_curve, join, largest_nu
from rnd_lab.game.forward import Forward
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.ranges import HELP as VALUES_HELP
from rnd_lab.primitives.ranges import numbers
from rnd_lab.primitives.statistics import Estimate

Data = Annotated[
    str,
    typer.Argument(help="Test images: cifar10, an .npz, a folder of CIFAR-10, or one with a sub-folder for a class."),
]

NUS = "0,0.005,0.01,0.015,0.02,0.03,0.04,0.05,0.07,0.1"
PART = 200
"""Images that are held in memory at once."""


@dataclass(frozen=True)
class Calibrated:
    """A model's curve, and the largest ν that it bears."""

    digest: str
    curve: AccuracyCurve
    largest: Estimate


def calibrate_command(
    data: Data,
    model: Annotated[
        list[str] | None,
        typer.Option(help="A model, as in rnd-lab attack; repeat it for more.", show_default="cifar10-resnet20"),
    ] = None,
    nu: Annotated[str, typer.Option(help=f"ν, in pixel units. {VALUES_HELP}")] = NUS,
    max_loss: Annotated[
        float, typer.Option(min=0, max=1, help="Accuracy that the noise may cost; 0.01 is one image in a hundred.")
    ] = 0.01,
    images: Annotated[
        int | None, typer.Option(min=1, help="So many images, evenly over the classes.", show_default="all")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the noise and of the choice of images.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda …")] = "auto",
    json: Annotated[Path | None, typer.Option(help="File for the report as JSON.")] = None,
    csv: Annotated[Path | None, typer.Option(help="File for the curves as CSV.")] = None,
) -> None:
    """Measure accuracy over ν, and answer what is the largest ν that costs little of it."""
    console = Console()
    with clear_errors():
        chosen = DataSpec(source=data, images=images, seed=seed)
        found: dict[str, Calibrated] = {}
        for name in dict.fromkeys(model or [ModelSpec().source]):
            stage = set_stage(ModelSpec(source=name), chosen, pick_device(device))
            curve = _measure(name, stage, numbers(nu), seed, console)
            found[name] = Calibrated(stage.classifier.digest, curve, largest_nu(curve, max_loss))
        _show(found, max_loss, console)
        if json:
            save_json(json, _report(found, stage, max_loss, seed))
        if csv:
            _save_csv(csv, found)


def clean_images(stage: Stage, selection: Sequence[int]) -> tuple[Tensor, Tensor]:
    """Inputs float32 [n, 3, h, w], where the model lives, and classes int64 [n] of some images of a data set."""
    classifier = stage.classifier
    pictures = [stage.images.picture(number) for number in selection]
    inputs = [to_input(picture, classifier.input_size, classifier.resize_to) for picture in pictures]
    labels = torch.tensor([stage.images.labels[number] for number in selection])
    return torch.stack(inputs).to(device_of(classifier)), labels


def _measure(name: str, stage: Stage, nus: Sequence[float], seed: int, console: Console) -> AccuracyCurve:
    forward = Forward(stage.classifier.network)
    columns = (
        TextColumn(name),
        BarColumn(),
        TextColumn("{task.percentage:.0f} %"),
        TimeRemainingColumn(),
    )
    parts = []
    with Progress(*columns, console=console, transient=True) as bar:
        for start in bar.track(range(0, len(stage.selection), PART)):
            inputs, labels = clean_images(stage, stage.selection[start : start + PART])
            parts.append(accuracy_curve(forward, inputs, labels, nus, seed))
    return join(parts)


def _show(found: Mapping[str, Calibrated], max_loss: float, console: Console) -> None:
    curves = {name: it.curve for name, it in found.items()}
    first = next(iter(curves.values()))
    table = Table("ν", *curves, title=f"Accuracy on {first.correct.shape[1]:,} images, each asked once [95 % interval]")
    for at, nu in enumerate(first.nus):
        table.add_row(f"{nu:g}", *(_percent(curve.accuracies[at]) for curve in curves.values()))
    console.print(table)
    for name, it in found.items():
        answer = f"{it.largest.value:g} [{it.largest.low:g}, {it.largest.high:g}]"
        console.print(f"{name}: the largest ν that costs at most {max_loss:.2%} accuracy is {answer}.", markup=False)
        if it.largest.high == it.curve.nus[-1]:
            console.print(f"{it.curve.nus[-1]:g} is the largest that was tried; try larger ones with --nu.")


def _percent(accuracy: Estimate) -> str:
    return f"{accuracy.value:.2%} \\[{accuracy.low:.2%}, {accuracy.high:.2%}]"


def _report(found: Mapping[str, Calibrated], stage: Stage, max_loss: float, seed: int) -> dict[str, Any]:
    return {
        "data": {"name": stage.images.name, "digest": stage.images.digest, "images": len(stage.selection)},
        "seed": seed,
        "max_loss": max_loss,
        "models": [
            {
                "name": name,
                "digest": it.digest,
                "largest_nu": asdict(it.largest),
                "accuracy": [
                    {"nu": nu, **asdict(accuracy)}
                    for nu, accuracy in zip(it.curve.nus, it.curve.accuracies, strict=True)
                ],
            }
            for name, it in found.items()
        ],
        "versions": versions(),
    }


def _save_csv(path: Path, found: Mapping[str, Calibrated]) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["model", "nu", "images", "correct", "accuracy", "low", "high"])
            for name, it in found.items():
                for nu, row, accuracy in zip(it.curve.nus, it.curve.correct, it.curve.accuracies, strict=True):
                    writer.writerow([name, nu, len(row), row.sum(), accuracy.value, accuracy.low, accuracy.high])
    except OSError as error:
        raise LabError(f"The table cannot be saved as {path}: {error}") from error
