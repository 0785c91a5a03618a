"""A cell: one defended model, one attack, one set of rules and one seed, over many images of a data set."""

import hashlib
import json

from pydantic import Field

from rnd_lab.attacks.catalog import AnyAttack
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.defenses.catalog import AnyDefense
from rnd_lab.game.referee import Referee
from rnd_lab.game.threat import ThreatModel
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.spec import Spec, setting


class CellSpec(Spec):
    """Everything that the games of one cell depend on besides their images."""

    model: ModelSpec = Field(default_factory=ModelSpec, description="The model under attack.")
    defense: tuple[AnyDefense, ...] = Field((), description="Stack of defenses, the outermost first; empty: none.")
    attack: AnyAttack = Field(description="The attack and its parameters.")
    threat: ThreatModel = Field(default_factory=ThreatModel, description="What the attacker may do, ask and see.")
    referee: Referee = Field(default_factory=Referee, description="What counts as success.")
    data: DataSpec = Field(default_factory=DataSpec, description="Where the images are from, and which of them.")
    seed: int = setting(0, ge=0, help="Seed of all random numbers.")
    control: bool = setting(
        True,
        help="After each game the clean image is asked as often as the game was judged: how often noise alone would "
        "have been taken for success.",
    )
    watch: bool = setting(
        False, help="The noise-free loss is looked at in every step. Costs forwards, changes nothing in the games."
    )

    @property
    def digest(self) -> str:
        """Names the cell: equal cells have equal digests on every machine (16 hex digits)."""
        text = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]
