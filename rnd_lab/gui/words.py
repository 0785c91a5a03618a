"""How settings are named and explained on screen."""

from collections.abc import Mapping
from html import escape
from typing import Any

from annotated_types import Ge, Gt, Le, MultipleOf
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.ranges import written

NAMES = {
    "linf": "ℓ∞",
    "l2": "ℓ2",
    "first_hit": "First noisy hit",
    "vote": "Vote of k",
    "mean": "Mean of k",
    "noise_free": "Noise-free model",
    "cross_entropy": "Cross-entropy",
    "dct": "DCT",
    "ends": "Ended by",
    "nu": "ν",
    "mu": "μ",
    "epsilon": "ε",
}
LONG_UNIT = 12
"""Units with more letters than this do not fit beside a number and are told in the tooltip."""


def words(name: str) -> str:
    """A name from the code as one writes it for people; one with digits, such as resnet20, is left as it is."""
    if name in NAMES:
        return NAMES[name]
    text = name.replace("_", " ")
    as_it_is = len(text) == 1 or not text.isascii() or any(letter.isdigit() for letter in text)
    return text if as_it_is else text[:1].upper() + text[1:]


def label_of(name: str, info: FieldInfo) -> str:
    """What a field is called on screen."""
    return words(info.title or name)


def unit_of(info: FieldInfo) -> str:
    """The unit of a field; empty where it has none."""
    extra = info.json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, Mapping) else ""


def number(value: object) -> str:
    """A number or a choice as it is shown."""
    if value is None:
        return "automatic"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return written(value)
    return words(str(value))


def range_of(info: FieldInfo) -> str:
    """The numbers that a field takes, in words; empty where it takes all."""
    parts = []
    for rule in info.metadata:
        match rule:
            case Ge(ge=bound):
                parts.append(f"at least {number(bound)}")
            case Gt(gt=bound):
                parts.append(f"above {number(bound)}")
            case Le(le=bound):
                parts.append(f"at most {number(bound)}")
            case MultipleOf(multiple_of=factor):
                parts.append(f"a multiple of {number(factor)}")
    return ", ".join(parts)


def tooltip_of(info: FieldInfo) -> str:
    """Help, unit, range and default of a field, as rich text that wraps."""
    facts = []
    if unit := unit_of(info):
        facts.append(f"Unit: {unit}; fractions such as 8/255 can be typed" if unit == "pixel" else f"Unit: {unit}")
    if limits := range_of(info):
        facts.append(f"Range: {limits}")
    if not info.is_required():
        default = info.get_default(call_default_factory=True, validated_data={})
        facts.append(f"Default: {default if info.annotation is str else number(default)}")
    told = f"<p><i>{escape('. '.join(facts))}</i></p>" if facts else ""
    return f"<p>{escape(info.description or '')}</p>{told}"


def complaint(error: Mapping[str, Any]) -> str:
    """What pydantic found wrong, in words; ``error`` is one of ``ValidationError.errors()``."""
    context = error.get("ctx", {})
    match error["type"]:
        case "greater_than":
            return f"must be above {number(context['gt'])}"
        case "greater_than_equal":
            return f"must be at least {number(context['ge'])}"
        case "less_than_equal":
            return f"must be at most {number(context['le'])}"
        case "multiple_of":
            return f"must be a multiple of {number(context['multiple_of'])}"
        case "value_error":
            return str(context.get("error", error["msg"]))
        case _:
            message = str(error["msg"])
            return message[:1].lower() + message[1:]


def sentence(error: ValidationError | LabError) -> str:
    """What is wrong with a spec, naming the first field that is."""
    if isinstance(error, LabError):
        return str(error)
    issue = error.errors()[0]
    told = complaint(issue)
    if told.endswith("."):
        return told
    text = f"{words(str(issue['loc'][-1]))} {told}" if issue["loc"] else told
    return (text[:1].upper() if text[:1].isascii() else text[:1]) + text[1:] + "."
