"""Command-line options: those made from the specs, so that every setting is declared once, and shared ones."""

import inspect
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typer
from pydantic.fields import FieldInfo

from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.game.referee import Referee
from rnd_lab.game.threat import ThreatModel
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.ranges import number, written
from rnd_lab.primitives.spec import Spec
from rnd_lab.training.catalog import RECIPES

Device = Annotated[str, typer.Option(help="auto, cpu, cuda …")]
Results = Annotated[Path | None, typer.Option("--db", help="Results file. Default: the one that the window shows.")]
Workers = Annotated[int, typer.Option(min=1, help="Processes on this machine.")]
Scheduler = Annotated[str | None, typer.Option(help="A Dask scheduler, tcp://HOST:PORT, whose workers play instead.")]
Gpu = Annotated[bool, typer.Option("--gpu", help="Dask: use only workers that offer the resource GPU.")]

ALIASES = {"epsilon": "--eps", "source": "--model"}
AXES = {"epsilon", "eot"}
"""Rules that a sweep takes several values of."""
INFERRED = {"name", "kind", "goal", "mean", "std"}
"""Not options: said by another option, or only worth a spec file."""


@dataclass(frozen=True)
class Option:
    """One flag: where its value belongs in a run, its type and its help."""

    section: str
    field: str
    flag: str
    kind: Any
    help: str

    @property
    def key(self) -> str:
        """Name of the Python parameter that carries it."""
        return f"{self.section}__{self.field}"

    def parameter(self) -> inspect.Parameter:
        """The option as typer reads it from a signature; None where it was not given."""
        name = f"{self.flag}/--no-{self.flag[2:]}" if self.kind is bool else self.flag
        parser = real if self.kind is float else None
        option = typer.Option(None, name, help=self.help, rich_help_panel=self.section, parser=parser)
        return inspect.Parameter(self.key, inspect.Parameter.KEYWORD_ONLY, default=option, annotation=self.kind | None)


def real(text: str) -> float:
    """A number, or a fraction such as 8/255. Raises BadParameter for what is neither."""
    try:
        return number(text)
    except ValueError as error:
        raise typer.BadParameter(f"{error}. Write one such as 0.05 or 8/255.") from error


def run_options() -> list[Option]:
    """Every option of ``rnd-lab attack`` that sets a field of a spec."""
    return [
        *_options("model", ModelSpec),
        *_options("threat", ThreatModel),
        *_options("referee", Referee),
        *_merged("attack", ATTACKS),
    ]


def rule_options() -> list[Option]:
    """The options of ``rnd-lab sweep`` that hold for all cells; ε and M are axes there."""
    return [o for o in (*_options("threat", ThreatModel), *_options("referee", Referee)) if o.field not in AXES]


def recipe_options() -> list[Option]:
    """Every option of ``rnd-lab train`` that sets a field of a recipe."""
    return _merged("recipe", RECIPES)


def with_options(options: list[Option]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command, whose last parameter is ``**settings``, one typed flag for each option."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(command, eval_str=True)
        own = [p for p in signature.parameters.values() if p.kind is not inspect.Parameter.VAR_KEYWORD]
        parameters = [*own, *(option.parameter() for option in options)]
        vars(command)["__signature__"] = signature.replace(parameters=parameters)
        return command

    return decorate


def given(options: list[Option], settings: Mapping[str, Any], section: str) -> dict[str, Any]:
    """The values of one section that were given on the command line."""
    return {o.field: settings[o.key] for o in options if o.section == section and settings[o.key] is not None}


def require_own(title: str, spec: type[Spec], changes: Mapping[str, Any]) -> None:
    """Raise LabError, naming flags, for settings that a spec does not have."""
    if unknown := changes.keys() - spec.model_fields.keys():
        has = ", ".join(_flag(name) for name in spec.model_fields if name not in INFERRED)
        raise LabError(f"{title} has no {', '.join(_flag(it) for it in sorted(unknown))}; it has {has or 'none'}.")


def _options(section: str, spec: type[Spec]) -> list[Option]:
    return [
        Option(section, name, _flag(name), _kind(info), f"{_about(info)} {_default(info)}")
        for name, info in spec.model_fields.items()
        if name not in INFERRED
    ]


def _merged(section: str, specs: Mapping[str, type[Spec]]) -> list[Option]:
    """Parameters of all specs by name; those that several specs share become one flag."""
    merged: dict[str, Option] = {}
    for owner, spec in specs.items():
        for name, info in spec.model_fields.items():
            if name in INFERRED:
                continue
            about = f"{owner}: {_default(info)}"
            if name in merged:
                known = merged[name]
                if str(info.description) not in known.help:
                    about = f"{about} {info.description}"
                merged[name] = Option(section, name, known.flag, known.kind, f"{known.help} {about}")
            else:
                merged[name] = Option(section, name, _flag(name), _kind(info), f"{_about(info)} {about}")
    return list(merged.values())


def _flag(name: str) -> str:
    return ALIASES.get(name, f"--{name.replace('_', '-')}")


def _about(info: FieldInfo) -> str:
    """The help of a field, with all its choices."""
    choices = get_args(info.annotation) if get_origin(info.annotation) is Literal else ()
    return f"{info.description} One of {', '.join(choices)}." if len(choices) > 1 else str(info.description)


def _default(info: FieldInfo) -> str:
    extra = info.json_schema_extra
    unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
    value = written(info.default) if isinstance(info.default, float) else str(info.default)
    return "" if info.default is None else f"\\[{' '.join(filter(None, (value, unit)))}]"


def _kind(info: FieldInfo) -> Any:
    annotation = info.annotation
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next(choice for choice in get_args(annotation) if choice is not type(None))
    if get_origin(annotation) is Literal:
        return str
    return annotation
