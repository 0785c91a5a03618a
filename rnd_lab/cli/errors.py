"""How the terminal tells of errors."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from pydantic import ValidationError

from rnd_lab.experiments.run_spec import explain
from rnd_lab.primitives.errors import LabError


@contextmanager
def clear_errors() -> Iterator[None]:
    """Turn errors that a user can act on into one line and exit status 1."""
    try:
        yield
    except ValidationError as error:
        typer.secho(explain(error), fg="red", err=True)
        raise typer.Exit(1) from error
    except (LabError, OSError) as error:
        typer.secho(str(error), fg="red", err=True)
        raise typer.Exit(1) from error
