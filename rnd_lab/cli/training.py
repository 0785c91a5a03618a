"""``rnd-lab train``: make a model by a recipe, and measure it."""

from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from rnd_lab.cli.options import given, recipe_options, with_options
from rnd_lab.experiments.duel import pick_device
from rnd_lab.experiments.run_spec import explain
from rnd_lab.models.card import ModelCard
from rnd_lab.primitives.errors import LabError
from rnd_lab.training.catalog import RECIPES
from rnd_lab.training.loop import Progress as TrainingProgress
from rnd_lab.training.recipe import Recipe
from rnd_lab.training.run import TrainingRun

OPTIONS = recipe_options()


@with_options(OPTIONS)
def train_command(
    data: Annotated[
        Path,
        typer.Argument(
            help="CIFAR-10: cifar10 (downloaded on first use), torchvision's folder, or a folder with "
            "cifar10_train.npz and cifar10_test.npz. ImageNet: a folder with the folders train and val, each with one "
            "of pictures for every class."
        ),
    ],
    out: Annotated[
        Path, typer.Option(help="Folder for checkpoint, log, weights and card; an interrupted run goes on from here.")
    ],
    recipe: Annotated[str, typer.Option(help=f"{', '.join(RECIPES)}.")] = "standard",
    start: Annotated[
        str | None, typer.Option(help="Model whose weights training starts from: a name or a file.")
    ] = None,
    name: Annotated[str, typer.Option(help="Name of the model.")] = "my-model",
    test_data: Annotated[Path | None, typer.Option(help="Test images, where they lie elsewhere.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda …")] = "auto",
    **settings: Any,
) -> None:
    """Train a network; saves NAME.safetensors with a card of its accuracy, clean and under noise."""
    console = Console()
    try:
        chosen = _recipe(recipe, settings)
        place = pick_device(device)
        elsewhere = str(test_data) if test_data else None
        run = TrainingRun(recipe=chosen, data=str(data), test_data=elsewhere, start=start, name=name, out=str(out))
        with Progress(*_columns(), console=console) as bar:
            task = bar.add_task("", epoch="epoch 1", loss=0.0, accuracy="")
            kept: int | None = None

            def report(progress: TrainingProgress) -> None:
                nonlocal kept
                if kept is not None and len(progress.log) > kept:
                    bar.console.print(_line(progress, chosen.epochs), highlight=False)
                kept = len(progress.log)
                epoch = f"epoch {min(len(progress.log) + 1, chosen.epochs)} of {chosen.epochs}"
                told: dict[str, Any] = {"epoch": epoch, "loss": progress.loss, "accuracy": _accuracy(progress)}
                bar.update(task, completed=progress.done, total=progress.total, **told)

            def tell(doing: str, done: int, total: int) -> None:
                bar.update(task, epoch=f"{doing} …")

            card = run.play(place, report, tell)
    except KeyboardInterrupt:
        console.print(
            "Stopped; the same command goes on after the last finished epoch, or where a long one was kept on its way."
        )
        raise typer.Exit(130) from None
    except (LabError, OSError, ValidationError) as error:
        text = explain(error) if isinstance(error, ValidationError) else str(error)
        console.print(text, style="red", markup=False)
        raise typer.Exit(1) from error
    _print_card(console, card)
    inside = f" --defense {card.defense}" if card.defense else ""
    console.print(f"Use it: rnd-lab attack IMAGE --model {out / name}.safetensors{inside}", markup=False)


def _recipe(kind: str, settings: dict[str, Any]) -> Recipe:
    if kind not in RECIPES:
        raise LabError(f"There is no recipe '{kind}'. Choose one of {', '.join(RECIPES)}.")
    return RECIPES[kind].model_validate(given(OPTIONS, settings, "recipe"))


def _columns() -> tuple[TextColumn | BarColumn | TimeRemainingColumn, ...]:
    return (
        TextColumn("{task.fields[epoch]}"),
        BarColumn(),
        TextColumn("loss {task.fields[loss]:.3f}{task.fields[accuracy]}"),
        TimeRemainingColumn(),
    )


def _accuracy(progress: TrainingProgress) -> str:
    """What the last epoch's log says of the test images."""
    if not progress.log:
        return ""
    last = progress.log[-1]
    return f", accuracy {last.clean:.1%}, under noise {last.noisy:.1%}"


def _line(progress: TrainingProgress, epochs: int) -> str:
    """What stays of an epoch, in the terminal and in the log of a job."""
    last = progress.log[-1]
    return f"epoch {last.epoch} of {epochs}: loss {last.loss:.3f}{_accuracy(progress)}, {last.seconds:.0f} s"


def _print_card(console: Console, card: ModelCard) -> None:
    for accuracy in card.accuracy:
        right = f"{accuracy.correct / accuracy.images:.2%} of {accuracy.images:,} test images"
        console.print(f"ν = {accuracy.nu:g}: {right} (95 %: {accuracy.low:.2%} to {accuracy.high:.2%})")
    for it in card.robustness:
        right = f"{it.correct / it.images:.2%} (95 %: {it.low:.2%} to {it.high:.2%})"
        console.print(f"PGD within {it.epsilon * 255:g}/255, {it.steps} steps of {it.step * 255:g}/255: {right}")
