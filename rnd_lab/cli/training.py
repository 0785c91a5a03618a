"""``rnd-lab train``: make a model by a recipe, and measure it."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from rnd_lab.data.cifar10 import load_cifar10
from rnd_lab.experiments.duel import pick_device
from rnd_lab.experiments.run_spec import explain
from rnd_lab.primitives.errors import LabError
from rnd_lab.training.bundle import bundle
from rnd_lab.training.loop import Progress as TrainingProgress
from rnd_lab.training.loop import train
from rnd_lab.training.recipe import Recipe

DEFAULTS = Recipe()


def train_command(
    data: Annotated[
        Path,
        typer.Argument(help="CIFAR-10: torchvision's folder, or a folder with cifar10_train.npz and cifar10_test.npz."),
    ],
    out: Annotated[
        Path, typer.Option(help="Folder for checkpoint, log, weights and card; an interrupted run goes on from here.")
    ],
    name: Annotated[str, typer.Option(help="Name of the model.")] = "my-model",
    architecture: Annotated[str, typer.Option(help="resnet20 or resnet56.")] = DEFAULTS.architecture,
    epochs: Annotated[int, typer.Option(min=1, help="Passes over the training images.")] = DEFAULTS.epochs,
    batch_size: Annotated[int, typer.Option(min=1, help="Images per step.")] = DEFAULTS.batch_size,
    rate: Annotated[float, typer.Option(help="Highest learning rate.")] = DEFAULTS.rate,
    seed: Annotated[int, typer.Option(min=0, help="Seed of weights, order and crops.")] = DEFAULTS.seed,
    test_data: Annotated[Path | None, typer.Option(help="Test images, where they lie elsewhere.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda …")] = "auto",
) -> None:
    """Train a CIFAR-10 network; saves NAME.safetensors with a card of its accuracy, clean and under noise."""
    console = Console()
    try:
        recipe = Recipe.model_validate(
            {"architecture": architecture, "epochs": epochs, "batch_size": batch_size, "rate": rate, "seed": seed}
        )
        train_images, test_images = load_cifar10(data, train=True), load_cifar10(test_data or data, train=False)
        chosen = pick_device(device)
        columns = (
            TextColumn("{task.fields[epoch]}"),
            BarColumn(),
            TextColumn("loss {task.fields[loss]:.3f}"),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=console) as bar:
            task = bar.add_task("", epoch="epoch 1", loss=0.0)

            def report(progress: TrainingProgress) -> None:
                epoch = f"epoch {min(len(progress.log) + 1, recipe.epochs)} of {recipe.epochs}"
                bar.update(task, completed=progress.done, total=progress.total, epoch=epoch, loss=progress.loss)

            network = train(recipe, train_images, out, report, chosen)
        card = bundle(out, name, recipe, network, train_images, test_images, chosen)
    except KeyboardInterrupt:
        console.print("Stopped; the same command goes on after the last finished epoch.")
        raise typer.Exit(130) from None
    except (LabError, OSError, ValidationError) as error:
        console.print(f"[red]{explain(error) if isinstance(error, ValidationError) else error}[/red]")
        raise typer.Exit(1) from error
    for accuracy in card.accuracy:
        right = f"{accuracy.correct / accuracy.images:.2%} of {accuracy.images:,} test images"
        console.print(f"ν = {accuracy.nu:g}: {right} (95 %: {accuracy.low:.2%} to {accuracy.high:.2%})")
    console.print(f"Use it: rnd-lab attack IMAGE --model {out / name}.safetensors")
