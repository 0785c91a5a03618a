"""The commands of ``rnd-lab``."""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

import rnd_lab
from rnd_lab.attacks.attack import AttackSpec
from rnd_lab.attacks.catalog import ATTACKS, attack_named
from rnd_lab.cli.calibration import calibrate_command
from rnd_lab.cli.costs import cost_command
from rnd_lab.cli.errors import clear_errors
from rnd_lab.cli.evaluating import evaluate_command, sweep_command
from rnd_lab.cli.listing import print_list
from rnd_lab.cli.options import given, real, require_own, run_options, with_options
from rnd_lab.cli.playing import keep, load_model, look, play, print_json, show
from rnd_lab.cli.reporting import report_command
from rnd_lab.cli.reproducing import reproduce_command
from rnd_lab.cli.results import app as results
from rnd_lab.cli.stack import HELP as STACK_HELP
from rnd_lab.cli.stack import read_stack
from rnd_lab.cli.training import train_command
from rnd_lab.cli.window import open_window
from rnd_lab.experiments.duel import Scene
from rnd_lab.experiments.keep import changes
from rnd_lab.experiments.run_spec import RunSpec, SavedRun, read_saved
from rnd_lab.game.threat import published_epsilon
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.files import make_folder
from rnd_lab.primitives.geometry import Norm

app = typer.Typer(
    help="Watch, measure and understand query-based black-box attacks and the Random Noise Defense.",
    add_completion=False,
)
app.command("train")(train_command)
app.command("calibrate")(calibrate_command)
app.command("cost")(cost_command)
app.command("evaluate")(evaluate_command)
app.command("sweep")(sweep_command)
app.command("reproduce")(reproduce_command)
app.command("report")(report_command)
app.add_typer(results, name="results")

OPTIONS = run_options()


def _version(wanted: bool) -> None:
    if wanted:
        print(f"rnd-lab {rnd_lab.__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Without a command the window opens."""


@app.command()
def gui() -> None:
    """Open the window."""
    sys.exit(open_window())


@app.command()
def demo(
    save: Annotated[Path, typer.Option(help="Folder for the pictures and the JSON.")] = Path("rnd-lab-demo"),
    budget: Annotated[int | None, typer.Option(min=1, help="Fewer queries than the preset's.")] = None,
) -> None:
    """Play the first preset in the terminal and save pictures and JSON."""
    from rnd_lab.cli.demo import play_demo

    sys.exit(play_demo(save, budget))


@app.command("list")
def list_command(json: Annotated[bool, typer.Option("--json", help="As JSON schemas.")] = False) -> None:
    """List attacks, defenses, models and gallery images with their parameters."""
    with clear_errors():
        print_list(as_json=json)


@app.command()
@with_options(OPTIONS)
def attack(
    image: Annotated[
        str | None,
        typer.Argument(help="Gallery name, picture file, or SOURCE#INDEX for one of a data set, such as cifar10#12."),
    ] = None,
    spec: Annotated[
        Path | None, typer.Option(help="A saved spec or result to replay; other options change it.")
    ] = None,
    attack: Annotated[str | None, typer.Option(help=f"{', '.join(ATTACKS)}.", show_default="square")] = None,
    preset: Annotated[
        str | None,
        typer.Option(
            "--settings",
            help="Start from the settings of the published evaluation (paper) or of the attack's authors (authors).",
            show_default="paper",
        ),
    ] = None,
    nu: Annotated[
        float | None, typer.Option(parser=real, help="ν of RND, in pixel units; 0 is no defense.", show_default="0.02")
    ] = None,
    defense: Annotated[list[str] | None, typer.Option(help=STACK_HELP, show_default=False)] = None,
    label: Annotated[int | None, typer.Option(help="Index of the true class.")] = None,
    target: Annotated[int | None, typer.Option(help="Index of the class wanted; makes the attack targeted.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of all random numbers.", show_default="0")] = None,
    duel: Annotated[
        bool | None, typer.Option(help="Play the same game without the defense too.", show_default="no")
    ] = None,
    watch: Annotated[
        bool, typer.Option(help="Count the decisions that the noise turns (more forwards, same game).")
    ] = True,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1 …")] = "auto",
    save: Annotated[Path | None, typer.Option(help="Folder for PNG, GIF and JSON.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    **settings: Any,
) -> None:
    """Attack one image. Every setting not given is the published one for the model's data set and the norm.

    But for the loss: targeted Square was published with the cross-entropy, and the margin is every attack's default.
    """
    console = Console(stderr=json)
    with clear_errors():
        saved = _saved(spec, image)
        base = saved.spec
        model = _model(base, settings)
        classifier = load_model(model, device, console)
        top = {"image": image, "label": label, "target": target, "seed": seed, "duel": duel}
        given_top = {key: value for key, value in top.items() if value is not None}
        start = (
            base
            if spec
            else published_run(base, classifier.data_set, settings["threat__norm"] or base.threat.norm, attack)
        )
        chosen = starting_attack(start, attack, preset, classifier.data_set, settings["threat__norm"])
        start = start.model_copy(update={"attack": chosen})
        stack = _stack(nu, defense)
        run = change(start, {**given_top, **stack, "model": model.model_dump()}, settings)
        if save:
            make_folder(save)
        scene = look(classifier, run, console)
        _require_same(saved, scene, {"image": image, "model": given(OPTIONS, settings, "model")})
        finished = play(run, scene, console, watch=watch)
        if json:
            print_json(finished)
        else:
            show(finished, console)
        if save:
            keep(finished, save, console)
    if not finished.done:
        raise typer.Exit(130)


def _saved(spec: Path | None, image: str | None) -> SavedRun:
    if spec:
        saved = read_saved(spec)
        other = image not in (None, saved.spec.image)  # whose true class nobody has told
        return replace(saved, spec=saved.spec.model_copy(update={"label": None})) if other else saved
    if image is None:
        raise LabError("Name an image: a picture file, or one of the gallery (rnd-lab list), such as ship-01.")
    return SavedRun(RunSpec(duel=False))


def _require_same(saved: SavedRun, scene: Scene, told: Mapping[str, object]) -> None:
    """Raise LabError where a result would be replayed on another model or image, unless it was ``told`` which.

    Another model may see the same image otherwise.
    """
    for what in changes(saved, scene):
        if not told[what] and not told["model"]:
            raise LabError(
                f"The {what} is not the one that this result was played on, though it has its name. Put that one back, "
                f"or name the {what} beside --spec to attack it as it is now."
            )


def _model(base: RunSpec, settings: dict[str, Any]) -> ModelSpec:
    return ModelSpec.model_validate({**base.model.model_dump(), **given(OPTIONS, settings, "model")})


def published_run(base: RunSpec, data_set: str, norm: Norm, attack: str | None) -> RunSpec:
    """The published settings for a data set and a norm.

    Raises LabError for an unknown attack, or a norm that it lacks.
    """
    kind = attack_named(attack or base.attack.name)
    if norm not in kind.norms:
        raise LabError(f"{kind.title} is not defined for {norm}; it plays {' and '.join(kind.norms)}.")
    threat = base.threat.model_copy(update={"norm": norm, "epsilon": published_epsilon(data_set, norm)})
    return base.model_copy(update={"threat": threat, "attack": kind.for_data(data_set, norm)})


def starting_attack(
    run: RunSpec, attack: str | None, preset: str | None, data_set: str, norm: Norm | None
) -> AttackSpec:
    """The attack of a run, or the named settings of another one for a data set and a norm (the run's, if None).

    Raises LabError for an attack or settings that there are not.
    """
    if preset is None and attack in (None, run.attack.name):
        return run.attack
    kind, norm = attack_named(attack or run.attack.name), norm or run.threat.norm
    named, name = kind.presets(data_set, norm), preset or "paper"
    if name not in named:
        known = " and ".join(named)
        raise LabError(f"{kind.title} has no settings '{name}' for {data_set} and {norm}; choose from: {known}.")
    return named[name]


def _stack(nu: float | None, defense: list[str] | None) -> dict[str, Any]:
    """The stack that was asked for, if any."""
    if nu is not None and defense:
        raise LabError("--nu is short for --defense rnd:nu=… . Give one of the two.")
    if nu is not None:
        return {"defense": [{"name": "rnd", "nu": nu}] if nu else []}
    return {"defense": read_stack(defense)} if defense else {}


def change(run: RunSpec, top: dict[str, Any], settings: dict[str, Any]) -> RunSpec:
    """A run with what the command line says changed in it.

    Raises LabError for a parameter that the attack does not have, and ValidationError for a wrong value.
    """
    target = top.get("target", run.target)
    threat = {
        **run.threat.model_dump(),
        **given(OPTIONS, settings, "threat"),
        "goal": "untargeted" if target is None else "targeted",
    }
    changes = given(OPTIONS, settings, "attack")
    require_own(run.attack.title, type(run.attack), changes)
    return RunSpec.model_validate(
        {
            **run.model_dump(),
            **top,
            "threat": threat,
            "referee": {**run.referee.model_dump(), **given(OPTIONS, settings, "referee")},
            "attack": {**run.attack.model_dump(), **changes},
        }
    )
