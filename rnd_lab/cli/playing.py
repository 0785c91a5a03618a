"""Playing a run in the terminal: a progress bar while it lasts, a table at the end."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from rnd_lab.cli.downloading import download_bar
from rnd_lab.defenses.defense import detectors
from rnd_lab.experiments.duel import Duel, Scene, SideName, pick_device, see
from rnd_lab.experiments.keep import Kept, run_report, save_image, save_json
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.game.outcome import Outcome
from rnd_lab.game.referee import CRITERIA, Criterion
from rnd_lab.models.classifier import Classifier
from rnd_lab.models.load import load
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.cores import all_but_one

NOTHING = "–"
TITLES: dict[SideName, str] = {"defended": "with the defense", "undefended": "without defense"}


def load_model(spec: ModelSpec, device: str, console: Console) -> Classifier:
    """Load a model, with a progress bar where its weights are downloaded."""
    with download_bar(console) as tell:
        return load(spec, pick_device(device), partial(tell, "weights"))


def look(classifier: Classifier, spec: RunSpec, console: Console) -> Scene:
    """Show a run's image to a model, with a progress bar where its data set is downloaded."""
    with download_bar(console) as tell:
        return see(classifier, spec, partial(tell, "images"))


def play(spec: RunSpec, scene: Scene, console: Console, *, watch: bool) -> Duel:
    """Play a run to its end. Ctrl-C stops it; what was found so far is kept.

    One core is left free: a game asks in small batches, whose threads would only wait for whatever else is running.
    """
    torch.set_num_threads(all_but_one())
    duel = Duel(spec, scene, watch=watch)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f} / {task.total:,.0f} queries"),
        TextColumn("{task.fields[margin]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        tasks = {name: bar.add_task(TITLES[name], total=spec.threat.allowance, margin="") for name in duel.sides}
        try:
            while not duel.done:
                duel.step()
                for name, side in duel.sides.items():
                    told = side.trace.told
                    lowest = f"lowest loss told {min(told):.2f}" if told else ""
                    bar.update(tasks[name], completed=side.account.paid, margin=lowest)
        except KeyboardInterrupt:
            console.print("Stopped.")
    return duel


def show(duel: Duel, console: Console) -> None:
    """Print the outcome of every side."""
    label = duel.scene.classifier.labels[duel.scene.label]
    table = Table(title=escape(f"{duel.spec.attack.title} on '{duel.spec.image}' ({label})"))
    table.add_column("")
    for name in duel.sides:
        table.add_column(TITLES[name])
    for title, cells in _lines(duel):
        table.add_row(title, *cells)
    console.print(table)


def _lines(duel: Duel) -> list[tuple[str, list[str]]]:
    spec, labels, sides = duel.spec, duel.scene.classifier.labels, list(duel.sides.values())

    def ended(tell: Callable[[Outcome], str]) -> list[str]:
        return [tell(side.outcome) if side.outcome else NOTHING for side in sides]

    lines: list[tuple[str, list[str]]] = [
        ("result", [str(side.outcome.status) if side.outcome else "stopped" for side in sides]),
        ("queries paid", [f"{side.account.paid:,} of {spec.threat.allowance:,}" for side in sides]),
        ("queries as published", ended(lambda it: f"{it.account.published:,}")),
        ("every forward", [f"{side.account.strict:,}" for side in sides]),
        ("‖δ‖∞, ‖δ‖₂", ended(lambda it: f"{it.linf:.4f}, {it.l2:.3f}")),
        ("noise-free margin", ended(lambda it: f"{it.margin:.3f} ({labels[it.prediction]})")),
    ]
    for criterion, title in CRITERIA.items():
        name = title.replace("of k", f"of {spec.referee.votes}")
        lines.append((f"fools: {name}", ended(partial(_fools, criterion))))
    if any(side.trace.decisions for side in sides):
        turned = [_share(side.trace.flips, side.trace.decisions) for side in sides]
        lines.append(("decisions turned by noise", turned))
    if detectors(spec.defense, 0):
        defended, *others = sides
        flagged = f"{defended.account.flagged:,} of {defended.account.paid:,}"
        lines.append(("queries flagged", [flagged, *(NOTHING for _ in others)]))
    return lines


def _fools(criterion: Criterion, outcome: Outcome) -> str:
    return "yes" if outcome.verdicts[criterion] else "no"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else NOTHING


def keep(duel: Duel, folder: Path, console: Console) -> None:
    """Save a PNG and a film of every side, and the JSON that replays the run.

    Raises LabError where something cannot be written.
    """
    kept: dict[SideName, Kept] = {}
    for name, side in duel.sides.items():
        kept[name] = save_image(folder / f"{name}.png", duel, name)
        console.print(f"{folder / name}.png: {kept[name].sentence}", markup=False)
        side.film.save_gif(folder / f"{name}.gif")
    save_json(folder / "result.json", run_report(duel, kept))
    console.print(f"{folder / 'result.json'}: rnd-lab attack --spec replays it.", markup=False)


def print_json(duel: Duel) -> None:
    """Print the report of a run on standard output."""
    print(json.dumps(run_report(duel), indent=2, ensure_ascii=False))
