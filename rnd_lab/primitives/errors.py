"""Errors that a user can act on: the message says what is wrong and what to do."""


class LabError(Exception):
    """Anything the lab refuses or cannot do; the message is shown to the user as it is."""


class Cancelled(LabError):  # noqa: N818 (the user wished it)
    """The user asked a long task to stop; what it had finished is kept."""


def message_of(error: Exception) -> str:
    """What is told of an error: the lab's own message, or else the kind of error and what it says."""
    return str(error) if isinstance(error, LabError) else f"{type(error).__name__}: {error}"
