"""Where results are kept when nobody says otherwise."""

from pathlib import Path

import platformdirs


def usual_file() -> Path:
    """The results file of this user, the one that the window shows."""
    return platformdirs.user_data_path("rnd-lab") / "results.db"
