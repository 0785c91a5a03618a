"""The axes of a sweep: which field of a stack or an attack a value of ν or μ goes to."""

from collections.abc import Sequence
from typing import Any

from rnd_lab.attacks.catalog import AnyAttack
from rnd_lab.defenses.catalog import AnyDefense
from rnd_lab.defenses.rnd import RndSpec

SIZE = {
    "rgf": "mu",
    "random_search": "mu",
    "nes": "mu",
    "zs": "mu",
    "bandit": "probe",
    "square": "p",
    "simba": "step",
}
"""What plays the part of μ, the size of a probe, in each attack that has one; for Square it is the square's size."""


def with_nu(stack: tuple[AnyDefense, ...], nu: float) -> tuple[AnyDefense, ...]:
    """The stack with every RND in it set to ν, in pixel units; a stack without RND stays as it is.

    Raises pydantic.ValidationError for a ν that RND does not allow.
    """
    return tuple(RndSpec(nu=nu) if isinstance(it, RndSpec) else it for it in stack)


def with_mu(attack: AnyAttack, mu: float) -> AnyAttack:
    """The attack with its probe's size set to μ; an attack without one stays as it is.

    Raises pydantic.ValidationError for a size that the attack does not allow.
    """
    if attack.name not in SIZE:
        return attack
    values: dict[str, Any] = attack.model_dump() | {SIZE[attack.name]: mu}
    return type(attack).model_validate(values)


def has_rnd(stack: Sequence[AnyDefense]) -> bool:
    """Whether RND is in a stack, so that ν changes something."""
    return any(isinstance(it, RndSpec) for it in stack)


def nu_of(stack: tuple[AnyDefense, ...]) -> float:
    """ν of the outermost RND in a stack; 0 where there is none."""
    return next((it.nu for it in stack if isinstance(it, RndSpec)), 0.0)


def mu_of(attack: AnyAttack) -> float | None:
    """The size of the attack's probe, None where it has no such setting."""
    return float(getattr(attack, SIZE[attack.name])) if attack.name in SIZE else None
