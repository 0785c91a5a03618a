"""The terminal's front door: ``rnd-lab`` alone opens the window, anything else is a command."""

import multiprocessing
import sys


def main() -> None:
    """Entry point of the console script; exits with the command's status."""
    multiprocessing.freeze_support()  # in the frozen application this process may be a worker
    if len(sys.argv) == 1:
        from rnd_lab.cli.window import open_window

        sys.exit(open_window())
    from rnd_lab.cli.commands import app

    app()
