"""``rnd-lab calibrate``: how accurate models are over ν, and how much noise they bear."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from torch import Tensor

from rnd_lab.cli.downloading import download_bar
from rnd_lab.cli.errors import clear_errors, one_by_one
from rnd_lab.cli.models import Architecture, Trust, named, require_use
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.defenses.defense import DefenseSpec
from rnd_lab.evaluation.stage import Stage, set_stage
from rnd_lab.experiments.duel import pick_device
from rnd_lab.experiments.keep import save_json, versions
from rnd_lab.game.calibrate import (
    AccuracyCurve,
    Bools,
    CleanImages,
    ask_clean,
    bearing,
    defense_inside,
    grid,
    read_inputs,
)
from rnd_lab.game.forward import Forward
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.files import require_room_for
from rnd_lab.primitives.ranges import HELP as VALUES_HELP
from rnd_lab.primitives.ranges import numbers
from rnd_lab.primitives.statistics import Estimate
from rnd_lab.reports.calibration import Calibrated, curves_csv
from rnd_lab.reports.calibration_figure import calibration_figure, check_figure, save_figure

Data = Annotated[
    str,
    typer.Argument(help="Test images: cifar10, an .npz, a folder of CIFAR-10, or one with a sub-folder for a class."),
]

NUS = "0,0.005,0.01,0.015,0.02,0.03,0.04,0.05,0.07,0.1"


def calibrate_command(
    data: Data,
    model: Annotated[
        list[str] | None,
        typer.Option(help="A model, as in rnd-lab attack; repeat it for more.", show_default="cifar10-resnet20"),
    ] = None,
    architecture: Architecture = None,
    trust: Trust = False,
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
    figure: Annotated[
        Path | None, typer.Option(help="File for a figure of the curves: .svg or .pdf for papers, .png for slides.")
    ] = None,
) -> None:
    """Measure accuracy over ν, and answer what is the largest ν that costs little of it.

    A model that cannot be measured does not stop the others. What was measured is shown and saved in any case.
    """
    console = Console()
    with clear_errors(), one_by_one() as one:
        if figure:
            check_figure(figure)
        for path in filter(None, (json, csv, figure)):
            require_room_for(path)
        chosen, nus = DataSpec(source=data, images=images, seed=seed), grid(numbers(nu))
        sources = list(dict.fromkeys(model or [ModelSpec().source]))
        require_use(sources, architecture)
        found: list[Calibrated] = []
        about: dict[str, Any] = {}
        try:
            for source in sources:
                with one():
                    it = named(source, architecture, trust)
                    with download_bar(console) as tell:
                        stage = set_stage(it, chosen, pick_device(device), tell)
                    about = {"name": stage.images.name, "digest": stage.images.digest, "images": len(stage.selection)}
                    inside, rows = defense_inside(it), dict[float, Bools]()
                    try:
                        _measure(it.source, stage, inside, nus, seed, console, rows)
                    finally:
                        if 0 in rows:
                            digest = stage.classifier.digest
                            found.append(Calibrated(it.source, digest, AccuracyCurve.of(rows), inside))
        finally:
            if found:
                _show(found, nus, max_loss, console)
                if json:
                    save_json(json, _report(found, nus, about, max_loss, seed))
                if csv:
                    _save(csv, curves_csv(found))
                if figure and (whole := [it for it in found if _is_whole(it, nus)]):
                    save_figure(figure, calibration_figure(whole, max_loss))


def clean_images(stage: Stage, selection: Sequence[int]) -> tuple[Tensor, Tensor]:
    """Inputs float32 [n, 3, h, w], where the model lives, and classes int64 [n] of some images of a data set."""
    inputs, labels = read_inputs(stage.classifier, stage.images, selection)
    return inputs.to(stage.classifier.device), labels


def _measure(
    name: str,
    stage: Stage,
    inside: Sequence[DefenseSpec],
    nus: Sequence[float],
    seed: int,
    console: Console,
    rows: dict[float, Bools],
) -> None:
    """Put into ``rows`` which images were right under each ν, as soon as it is known."""
    batches = CleanImages(stage.classifier, stage.images, stage.selection, seed)
    title, share = TextColumn("{task.description}", markup=False), TextColumn("{task.percentage:.0f} %")
    with Progress(title, BarColumn(), share, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task(name, total=len(nus) * len(stage.selection))
        for step in ask_clean(Forward(stage.classifier.network), batches, nus, inside):
            bar.advance(task, step.images)
            if step.correct is not None:
                rows[step.nu] = step.correct


def _is_whole(it: Calibrated, nus: Sequence[float]) -> bool:
    """Whether a model was measured under all ``nus``, and not interrupted."""
    return len(it.curve.nus) == len(nus)


def _show(found: Sequence[Calibrated], nus: Sequence[float], max_loss: float, console: Console) -> None:
    title = f"Accuracy on {found[0].curve.images:,} images, each asked once [95 % interval]"
    table = Table("ν", *(escape(it.name) for it in found), title=title)
    curves = [dict(zip(it.curve.nus, it.curve.accuracies, strict=True)) for it in found]
    for nu in nus:
        table.add_row(f"{nu:g}", *(_percent(curve[nu]) if nu in curve else "–" for curve in curves))
    console.print(table)
    for it in found:
        if not _is_whole(it, nus):
            console.print(f"{it.name}: interrupted after ν = {it.curve.nus[-1]:g}.", markup=False)
            continue
        answer = bearing(it.curve, max_loss)
        on = "".join(f" with {defense.title}" for defense in it.inside)
        largest = f"{answer.largest.value:g} [{answer.largest.low:g}, {answer.largest.high:g}]"
        console.print(
            f"{it.name}{on}: the largest ν that costs at most {max_loss:.2%} accuracy is {largest}.", markup=False
        )
        if answer.open_interval:
            console.print(f"{it.curve.nus[-1]:g} is the largest that was tried; try larger ones with --nu.")


def _percent(accuracy: Estimate) -> str:
    return f"{accuracy.value:.2%} \\[{accuracy.low:.2%}, {accuracy.high:.2%}]"


def _report(
    found: Sequence[Calibrated], nus: Sequence[float], about: dict[str, Any], max_loss: float, seed: int
) -> dict[str, Any]:
    return {
        "data": about,
        "seed": seed,
        "max_loss": max_loss,
        "models": [
            {
                "name": it.name,
                "digest": it.digest,
                "inside": [defense.model_dump() for defense in it.inside],
                "largest_nu": asdict(bearing(it.curve, max_loss).largest) if _is_whole(it, nus) else None,
                "accuracy": [
                    {"nu": nu, **asdict(accuracy)}
                    for nu, accuracy in zip(it.curve.nus, it.curve.accuracies, strict=True)
                ],
            }
            for it in found
        ],
        "versions": versions(),
    }


def _save(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise LabError(f"The table cannot be saved as {path}: {error}") from error
