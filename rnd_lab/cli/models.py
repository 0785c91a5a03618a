"""Models of commands that take several of them, or one."""

from collections.abc import Sequence
from typing import Annotated

import typer

from rnd_lab.models.known import is_bare
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError

Architecture = Annotated[
    str | None, typer.Option(help="Network of model files that do not tell theirs (torchvision's weights).")
]
Trust = Annotated[bool, typer.Option("--trust", help="Open .pt2 programs, which can run code hidden in them.")]


def named(source: str, architecture: str | None, trust: bool) -> ModelSpec:
    """A model by name or file; only a file that needs an architecture gets it.

    Raises LabError for a card that cannot be read.
    """
    return ModelSpec(
        source=source, architecture=architecture if architecture and is_bare(source) else None, trust=trust
    )


def require_use(sources: Sequence[str], architecture: str | None) -> None:
    """Raise LabError for an architecture that none of the models needs."""
    if architecture and not any(_needs_one(it) for it in sources):
        raise LabError("--architecture is for model files that do not tell theirs, and here is none. Leave it out.")


def _needs_one(source: str) -> bool:
    try:
        return is_bare(source)
    except LabError:  # whoever loads it tells what is wrong
        return True
