"""A stack of defenses as words on the command line."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from rnd_lab.defenses.catalog import DEFENSES
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.ranges import number

HELP = (
    "A defense as NAME or NAME:setting=value,setting=value, such as aaa:curve=sine; repeat it for a stack, the "
    f"outermost first. 'none' is no defense. Names: {', '.join(DEFENSES)}."
)


def read_stack(words: Sequence[str]) -> list[dict[str, Any]]:
    """What :class:`RunSpec` takes as a stack, from words such as "rnd:nu=0.05", the outermost first; "none" is empty.

    Raises LabError for an unknown name or setting, or words of another form. Values are not checked here.
    """
    return [] if list(words) == ["none"] else [_read(word) for word in words]


def _read(word: str) -> dict[str, Any]:
    name, _, rest = word.partition(":")
    if name not in DEFENSES:
        raise LabError(f"There is no defense '{name}'. Choose one of {', '.join(DEFENSES)}.")
    found: dict[str, Any] = {"name": name}
    for part in filter(None, rest.split(",")):
        setting, equals, value = part.partition("=")
        known = DEFENSES[name].model_fields.keys() - {"name"}
        if not equals or setting not in known:
            has = ", ".join(sorted(known)) or "none"
            raise LabError(f"'{part}' is no setting of {DEFENSES[name].title}. Write NAME:setting=value; it has {has}.")
        found[setting] = _bare(value)
    return found


def _bare(value: str) -> str:
    """What a fraction such as 8/255 comes to; all else as it is, for the spec to judge."""
    if "/" in value:
        with suppress(ValueError):
            return repr(number(value))
    return value
