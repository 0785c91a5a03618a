"""All attacks by name."""

from typing import Annotated

from pydantic import Field

from rnd_lab.attacks.attack import AttackSpec
from rnd_lab.attacks.bandit import BanditSpec
from rnd_lab.attacks.eco import EcoSpec
from rnd_lab.attacks.nes import NesSpec
from rnd_lab.attacks.random_search import RandomSearchSpec
from rnd_lab.attacks.rgf import RgfSpec
from rnd_lab.attacks.sign_hunter import SignHunterSpec
from rnd_lab.attacks.simba import SimbaSpec
from rnd_lab.attacks.square import SquareSpec
from rnd_lab.attacks.zs import ZsSpec
from rnd_lab.primitives.errors import LabError

AnyAttack = Annotated[
    RgfSpec | RandomSearchSpec | NesSpec | ZsSpec | BanditSpec | SignHunterSpec | SquareSpec | SimbaSpec | EcoSpec,
    Field(discriminator="name"),
]
"""What a stored run may hold."""

ATTACKS: dict[str, type[AttackSpec]] = {
    "rgf": RgfSpec,
    "random_search": RandomSearchSpec,
    "nes": NesSpec,
    "zs": ZsSpec,
    "bandit": BanditSpec,
    "sign_hunter": SignHunterSpec,
    "square": SquareSpec,
    "simba": SimbaSpec,
    "eco": EcoSpec,
}


def attack_named(name: str) -> type[AttackSpec]:
    """The settings of an attack. Raises LabError where there is none of this name."""
    if name not in ATTACKS:
        raise LabError(f"There is no attack '{name}'. Choose one of {', '.join(ATTACKS)}.")
    return ATTACKS[name]
