"""A progress bar for what has to be downloaded first."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from rnd_lab.evaluation.stage import Tell


@contextmanager
def download_bar(console: Console) -> Iterator[Tell]:
    """A bar that appears when it is first told of a download."""
    columns = (TextColumn("Downloading {task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", visible=False)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=total, visible=True)
