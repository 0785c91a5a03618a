"""Opening the window, or saying in one line why there is none."""

import sys
from pathlib import Path

from rnd_lab.gui.display import why_no_window


def open_window() -> int:
    """Open the lab; without a display play the demo in the terminal instead. Returns the exit status."""
    if trouble := why_no_window():
        from rnd_lab.cli.demo import play_demo

        print(f"No window can be opened ({trouble}). Playing the demo in the terminal instead.", flush=True)
        return play_demo(Path("rnd-lab-demo"))
    from rnd_lab.gui.app import run_window

    return run_window(sys.argv)
