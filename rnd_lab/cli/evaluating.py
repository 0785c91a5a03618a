"""``rnd-lab evaluate`` and ``rnd-lab sweep``: whole data sets, resumable, with a table at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from rnd_lab.attacks.catalog import ATTACKS, attack_named
from rnd_lab.cli.errors import clear_errors
from rnd_lab.cli.models import Architecture, Trust, named, require_use
from rnd_lab.cli.options import Device, Gpu, Results, Scheduler, Workers, given, rule_options, with_options
from rnd_lab.cli.result_table import print_cells, table_console
from rnd_lab.cli.stack import HELP as STACK_HELP
from rnd_lab.cli.stack import read_stack
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.data.sets import open_set
from rnd_lab.evaluation.axes import SIZE, has_rnd, mu_of
from rnd_lab.evaluation.known import known_classes
from rnd_lab.evaluation.pools import cluster, processes
from rnd_lab.evaluation.run import Progress, evaluate
from rnd_lab.evaluation.spec import DefendedModel, EvaluationSpec, read_evaluation
from rnd_lab.evaluation.spreading import Pool
from rnd_lab.game.referee import Referee
from rnd_lab.game.threat import ThreatModel, published_epsilon
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.amounts import amount
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.files import write_whole
from rnd_lab.primitives.ranges import HELP as VALUES_HELP
from rnd_lab.primitives.ranges import WHOLE_HELP, numbers, wholes, words
from rnd_lab.results.database import Database
from rnd_lab.results.place import usual_file

RULES = rule_options()
LINE_EVERY = 60
"""Seconds between two lines about the progress where the output goes to a file."""


def evaluate_command(
    spec: Annotated[Path, typer.Argument(help="A saved evaluation (JSON).")],
    db: Results = None,
    device: Device = "auto",
    workers: Workers = 1,
    scheduler: Scheduler = None,
    gpu: Gpu = False,
) -> None:
    """Play an evaluation over a data set. Run it again after an interruption: it goes on where it was."""
    with clear_errors():
        path = db or usual_file()
        require_played(path, run(read_evaluation(spec), path, device, workers, scheduler, gpu))


@with_options(RULES)
def sweep_command(
    attack: Annotated[list[str] | None, typer.Option(help=f"{', '.join(ATTACKS)}; may be repeated.")] = None,
    model: Annotated[list[str] | None, typer.Option(help="Model by name or file; may be repeated.")] = None,
    architecture: Architecture = None,
    trust: Trust = False,
    defense: Annotated[
        list[str] | None,
        typer.Option(help=f"{STACK_HELP} Here each is a row of its own, + joins those of one."),
    ] = None,
    data: Annotated[str, typer.Option(help="Data set by name or path.")] = DataSpec().source,
    images: Annotated[int | None, typer.Option(min=1, help="How many images; all where not given.")] = None,
    nu: Annotated[str, typer.Option(help=f"ν of RND. {VALUES_HELP}")] = "",
    mu: Annotated[str, typer.Option(help=f"μ, the size of a probe. {VALUES_HELP}")] = "",
    eot: Annotated[str, typer.Option(help=f"EOT M. {WHOLE_HELP}")] = "",
    eps: Annotated[str, typer.Option(help=f"ε, in pixel units. {VALUES_HELP}")] = "",
    goal: Annotated[str, typer.Option(help="untargeted, targeted, or both with a comma.")] = "",
    seed: Annotated[str, typer.Option(help=f"Seeds. {WHOLE_HELP}")] = "0",
    name: Annotated[str, typer.Option(help="Name of the evaluation.")] = "sweep",
    save_spec: Annotated[Path | None, typer.Option(help="Write the spec to this file and play nothing.")] = None,
    db: Results = None,
    device: Device = "auto",
    workers: Workers = 1,
    scheduler: Scheduler = None,
    gpu: Gpu = False,
    **settings: Any,
) -> None:
    """Play a grid of cells: models × defenses × attacks × ν × μ × M × ε × goals × seeds."""
    with clear_errors():
        threat = ThreatModel.model_validate(given(RULES, settings, "threat"))
        stacks = [read_stack(it.split("+")) for it in defense or (["rnd"] if nu else ["none"])]
        pictures = DataSpec(source=data, images=images)
        sources = list(dict.fromkeys(model or [ModelSpec().source]))
        require_use(sources, architecture)
        models = tuple(
            DefendedModel.model_validate({"model": named(it, architecture, trust).model_dump(), "defense": stack})
            for it in sources
            for stack in stacks
        )
        classes = known_classes(pictures, models) or open_set(pictures).data_set
        spec = EvaluationSpec(
            name=name,
            data=pictures,
            models=models,
            attacks=tuple(_attack(it, classes, threat) for it in attack or ["square"]),
            threat=threat.model_copy(update={"epsilon": published_epsilon(classes, threat.norm)}),
            referee=Referee.model_validate(given(RULES, settings, "referee")),
            nu=numbers(nu),
            mu=numbers(mu),
            eot=wholes(eot),
            epsilon=numbers(eps),
            goals=words(goal),
            seeds=wholes(seed),
        )
        _require_axes(spec)
        if save_spec:
            _save(save_spec, spec)
            print(f"{save_spec}: {amount(len(spec.cells()), 'cells')}. Play: rnd-lab evaluate {save_spec}")
            return
        path = db or usual_file()
        require_played(path, run(spec, path, device, workers, scheduler, gpu))


def require_played(path: Path, *numbers: int) -> None:
    """Raise LabError where nothing of these evaluations was played: what stands in the way has been told."""
    with Database(path) as database:
        if not any(tally.games > tally.errors for number in numbers for tally in database.tallies(number).values()):
            raise LabError("No game could be played.")


def run(spec: EvaluationSpec, path: Path, device: str, workers: int, scheduler: str | None, gpu: bool) -> int:
    """Play an evaluation with a progress bar and print its table; returns its number in the results file."""
    console = table_console()
    try:
        with _pool(workers, scheduler, gpu) as pool, _bar(console) as bar:
            number = evaluate(spec, path, device, _Show(bar), pool)
    except KeyboardInterrupt:
        console.print("Stopped. What is finished is kept; the same command goes on.")
        raise typer.Exit(130) from None
    with Database(path) as database:
        print_cells(database, number, console)
    told = f"Results: {path}, evaluation {number}. Tables and figures: rnd-lab report {path} --evaluation {number}"
    console.print(told, markup=False)
    return number


@contextmanager
def _pool(workers: int, scheduler: str | None, gpu: bool) -> Iterator[Pool | None]:
    if scheduler and workers > 1:
        raise LabError("--workers is about this machine, and --scheduler about others. Leave one of them out.")
    if gpu and not scheduler:
        raise LabError("--gpu chooses workers of a cluster. Give its --scheduler, or leave it out.")
    if scheduler:
        with cluster(scheduler, gpu=gpu) as pool:
            yield pool
    else:
        yield processes(workers) if workers > 1 else None


def _bar(console: Console) -> Bar:
    return Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("games"),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
    )


class _Show:
    """Shows progress in the terminal; in a file, which shows no bar before its end, as a line now and then."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._written = monotonic()
        self._task = bar.add_task("Starting", total=None, rate="")

    def __call__(self, progress: Progress) -> None:
        doing = progress.doing or "Playing"
        rate = f"{progress.speed:,.0f} passes/s"
        total = progress.total or None
        self._bar.update(self._task, description=doing, completed=progress.done, total=total, rate=rate)
        if not self._bar.console.is_terminal and monotonic() >= self._written + LINE_EVERY:
            self._written = monotonic()
            self._bar.console.print(f"{doing}: {progress.done:,} of {progress.total:,} games, {rate}", highlight=False)
        for cell, message in progress.failed:
            self._bar.console.print(f"Cell {cell} cannot be played: {message}", style="red", markup=False)


def _require_axes(spec: EvaluationSpec) -> None:
    """Raise LabError for values that no cell has."""
    if spec.nu and not any(has_rnd(it.defense) for it in spec.models):
        raise LabError("--nu is the strength of RND, and no row has RND. Give --defense rnd, or rnd joined to others.")
    if spec.mu and all(mu_of(it) is None for it in spec.attacks):
        raise LabError(f"--mu is the size of a probe, and of these attacks none has it. With it: {', '.join(SIZE)}.")


def _save(path: Path, spec: EvaluationSpec) -> None:
    try:
        write_whole(path, spec.model_dump_json(indent=1) + "\n")
    except OSError as error:
        raise LabError(f"The spec cannot be saved as {path}: {error.strerror}. Choose another place.") from error


def _attack(name: str, data_set: str, threat: ThreatModel) -> Any:
    return attack_named(name).for_data(data_set, threat.norm)
