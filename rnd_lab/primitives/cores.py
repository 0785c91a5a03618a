"""How many cores this process may use."""

import os


def cores() -> int:
    """Cores that the system lets this process run on; the machine may have more of them."""
    if hasattr(os, "sched_getaffinity"):  # Linux
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def all_but_one() -> int:
    """Threads for torch while somebody also looks at a window or a progress bar; with all cores taken these stutter."""
    return max(cores() - 1, 1)
