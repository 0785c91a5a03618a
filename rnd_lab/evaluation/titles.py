"""What cells, models and stacks are called, everywhere the same: window, command line, database and report."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from rnd_lab.attacks.catalog import AnyAttack
from rnd_lab.defenses.catalog import AnyDefense
from rnd_lab.models.spec import MODEL_SUFFIXES, ModelSpec
from rnd_lab.primitives.geometry import SIGNS
from rnd_lab.results.cell import CellSpec


def model_title(model: ModelSpec) -> str:
    """The model's name: its file without folders, or what it is called in the lab or in torchvision."""
    return Path(model.source).stem if model.source.endswith(MODEL_SUFFIXES) else model.source


def model_titles(models: Iterable[ModelSpec]) -> dict[ModelSpec, str]:
    """The title of each model; those that would share one are told by their whole path."""
    titles = {it: model_title(it) for it in models}
    shared = Counter(titles.values())
    return {it: title if shared[title] == 1 else it.source for it, title in titles.items()}


def stack_title(stack: Sequence[AnyDefense]) -> str:
    """The stack from the outside in, such as "RND(ν=0.02) over JPEG"; "none" where it is empty."""
    return " over ".join(with_settings(it) for it in stack) or "none"


def cell_title(cell: CellSpec, row: str = "") -> str:
    """One line for a cell; ``row`` is a title of its own for the defended model."""
    threat = cell.threat
    parts = [row or f"{model_title(cell.model)}, {stack_title(cell.defense)}", with_settings(cell.attack)]
    parts.append(f"{SIGNS[threat.norm]} ε={threat.epsilon:g}")
    if threat.eot > 1:
        parts.append(f"M={threat.eot}")
    if threat.targeted:
        parts.append("targeted")
    if cell.seed:
        parts.append(f"seed {cell.seed}")
    return " · ".join(parts)


def with_settings(thing: AnyAttack | AnyDefense) -> str:
    """The title of an attack or a defense with the settings that are not the usual ones, and ν always."""
    changed = []
    for name, field in type(thing).model_fields.items():
        value = getattr(thing, name)
        if name == "nu" or value != field.default:
            changed.append(f"{field.title or name}={f'{value:g}' if isinstance(value, float) else value}")
    return f"{thing.title}({', '.join(changed)})" if changed else thing.title
