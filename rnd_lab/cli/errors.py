"""How the terminal tells of errors."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

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


@contextmanager
def one_by_one() -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Gives a context for each of several things: an error in one is told and does not stop the others.

    Where there was one, the exit status is 1 in the end.
    """
    missed = False

    @contextmanager
    def one() -> Iterator[None]:
        nonlocal missed
        try:
            yield
        except LabError as error:
            missed = True
            typer.secho(str(error), fg="red", err=True)

    yield one
    if missed:
        raise typer.Exit(1)
