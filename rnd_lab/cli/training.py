"""``rnd-lab train``: make a model by a recipe, and measure it."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from rnd_lab.cli.errors import clear_errors
from rnd_lab.cli.options import given, recipe_options, require_own, with_options
from rnd_lab.experiments.duel import pick_device
from rnd_lab.models.card import ModelCard
from rnd_lab.primitives.errors import LabError
from rnd_lab.training.catalog import RECIPES
from rnd_lab.training.loop import Progress as TrainingProgress
from rnd_lab.training.recipe import Recipe
from rnd_lab.training.run import TrainingRun
from rnd_lab.training.start import PLAIN, proposed_start

OPTIONS = recipe_options()
RANDOM = "random"
"""Stands for a start without anybody's weights."""


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
        str | None,
        typer.Option(
            help=f"Model whose weights training starts from: a name, a file, or {RANDOM}.",
            show_default=f"{PLAIN}; {RANDOM} for standard and for other networks, torchvision's for gf-imagenet",
        ),
    ] = None,
    name: Annotated[str, typer.Option(help="Name of the model.")] = "my-model",
    test_data: Annotated[Path | None, typer.Option(help="Test images, where they lie elsewhere.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda …")] = "auto",
    **settings: Any,
) -> None:
    """Train a network; saves NAME.safetensors with a card of its accuracy, clean and under noise."""
    console = Console()
    with clear_errors():
        chosen = _recipe(recipe, settings)
        elsewhere = str(test_data) if test_data else None
        first = _start(chosen, start)
        run = TrainingRun(recipe=chosen, data=str(data), test_data=elsewhere, start=first, name=name, out=str(out))
        console.print(f"{chosen.title}, from {first or chosen.usual_start or 'random weights'}", markup=False)
        card = _play(run, pick_device(device), console)
    _print_card(console, card)
    inside = f" --defense {card.defense}" if card.defense else ""
    console.print(f"Use it: rnd-lab attack IMAGE --model {out / name}.safetensors{inside}", markup=False)


def _play(run: TrainingRun, device: str, console: Console) -> ModelCard:
    epochs = run.recipe.epochs
    with Progress(*_columns(), console=console) as bar:
        task = bar.add_task("", doing="epoch 1", about="")
        kept: int | None = None

        def report(progress: TrainingProgress) -> None:
            nonlocal kept
            if kept is not None and len(progress.log) > kept:
                bar.console.print(_line(progress, epochs), highlight=False)
            kept = len(progress.log)
            doing = f"epoch {min(len(progress.log) + 1, epochs)} of {epochs}"
            about = f"loss {progress.loss:.3f}{_accuracy(progress)}"
            bar.update(task, completed=progress.done, total=progress.total, doing=doing, about=about)

        def tell(doing: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total or None, doing=doing, about="")

        try:
            return run.play(device, report, tell)
        except KeyboardInterrupt:
            console.print("Stopped; the same command goes on after what was kept: each epoch, of a long one its parts.")
            raise typer.Exit(130) from None


def _start(recipe: Recipe, wanted: str | None) -> str | None:
    if wanted != RANDOM:
        return wanted or proposed_start(recipe)
    if recipe.usual_start:
        raise LabError(f"This recipe goes on from {recipe.usual_start}. Give another --start, or leave it out.")
    return None


def _recipe(kind: str, settings: dict[str, Any]) -> Recipe:
    if kind not in RECIPES:
        raise LabError(f"There is no recipe '{kind}'. Choose one of {', '.join(RECIPES)}.")
    changes = given(OPTIONS, settings, "recipe")
    require_own(f"The recipe {kind}", RECIPES[kind], changes)
    return RECIPES[kind].model_validate(changes)


def _columns() -> tuple[TextColumn | BarColumn | TimeRemainingColumn, ...]:
    return (
        TextColumn("{task.fields[doing]}"),
        BarColumn(),
        TextColumn("{task.fields[about]}"),
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
