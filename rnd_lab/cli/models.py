"""Models of commands that take several of them, or one."""

from collections.abc import Iterable
from typing import Annotated

import typer

from rnd_lab.models.known import is_bare
from rnd_lab.models.spec import ModelSpec

Architecture = Annotated[
    str | None, typer.Option(help="Network of model files that do not tell theirs (torchvision's weights).")
]
Trust = Annotated[bool, typer.Option("--trust", help="Open .pt2 programs, which can run code hidden in them.")]


def named(sources: Iterable[str], architecture: str | None, trust: bool) -> list[ModelSpec]:
    """Each model once; the architecture is that of the files that need one.

    Raises LabError for a card that cannot be read.
    """
    return [
        ModelSpec(source=it, architecture=architecture if architecture and is_bare(it) else None, trust=trust)
        for it in dict.fromkeys(sources)
    ]
