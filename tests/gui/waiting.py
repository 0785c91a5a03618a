"""How long a test waits for a signal before it fails."""

WAIT = 60_000
"""Milliseconds; generous, for machines that do other things too."""
