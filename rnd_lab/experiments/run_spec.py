"""Everything that a single run depends on: the window, the command line and the saved JSON hold this one value."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, model_validator

from rnd_lab.attacks.attack import AttackSpec
from rnd_lab.attacks.catalog import AnyAttack
from rnd_lab.attacks.square import SquareSpec
from rnd_lab.defenses.catalog import AnyDefense
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.game.referee import Referee
from rnd_lab.game.threat import ThreatModel
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.amounts import amount
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.geometry import SIGNS, steps_within
from rnd_lab.primitives.spec import LARGEST_SEED, Spec, setting


class RunSpec(Spec):
    """One game, or a duel of two: model, image, defense, attack, threat model, referee and seed."""

    image: str = setting(
        "ship-01", help="Name of a gallery image, path of a picture, or SET#INDEX, such as cifar10#123."
    )
    label: int | None = setting(
        None,
        ge=0,
        label="true class",
        help="Index of the true class. Empty: the gallery's, or what the model says of the clean image.",
    )
    target: int | None = setting(
        None, ge=0, label="target class", help="Index of the class wanted by a targeted attack."
    )
    model: ModelSpec = Field(default_factory=ModelSpec, description="The model under attack.")
    defense: tuple[AnyDefense, ...] = Field(
        (RndSpec(),), description="Stack of defenses, the outermost first; empty: none."
    )
    attack: AnyAttack = Field(default_factory=SquareSpec, description="The attack and its parameters.")
    threat: ThreatModel = Field(default_factory=ThreatModel, description="What the attacker may do, ask and see.")
    referee: Referee = Field(default_factory=Referee, description="What counts as success.")
    seed: int = setting(0, ge=0, le=LARGEST_SEED, help="Seed of all random numbers of the game.")
    duel: bool = setting(True, help="Play the same game without the defense beside it.")

    @model_validator(mode="after")
    def _check(self) -> "RunSpec":
        if self.threat.targeted != (self.target is not None):
            raise ValueError("a targeted attack needs a target class, and an untargeted one has none")
        require_playable(self.attack, self.threat)
        return self


def require_playable(attack: AttackSpec, threat: ThreatModel) -> None:
    """Raise ValueError where a game would make no sense.

    The attack is not defined for the norm, the budget does not pay for its first step, or 8 bits hold no other image.
    """
    if threat.norm not in attack.norms:
        raise ValueError(f"{attack.title} is not defined for {SIGNS[threat.norm]}")
    if threat.allowance < attack.fewest_probes * threat.eot:
        repeats = threat.eot if threat.account == "fixed" else 1
        least = amount(attack.fewest_probes, "queries") + (f", each {repeats} times" if repeats > 1 else "")
        raise ValueError(
            f"a step of {attack.title} asks {least}: a budget of {threat.budget:,} pays for none. "
            f"Give at least {attack.fewest_probes * repeats:,}"
        )
    if threat.eight_bit and steps_within(threat.epsilon) < 1:
        raise ValueError(
            f"with 8 bits a channel no other image lies within ε = {threat.epsilon:g}. Give at least 1/255"
        )


@dataclass(frozen=True)
class SavedRun:
    """A run that was saved; of a result also what it was played on (empty for a spec, of which nobody knows)."""

    spec: RunSpec
    model_digest: str = ""
    image_key: str = ""


def read_spec(path: Path) -> RunSpec:
    """Read a saved spec, or the spec inside a saved result. Raises LabError as :func:`read_saved` does."""
    return read_saved(path).spec


def read_saved(path: Path) -> SavedRun:
    """Read a saved spec or result. Raises LabError where the file cannot be read or is not a run."""
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(data, dict):
            raise LabError(f"{path} is not a run: it holds no JSON object.")
        spec = RunSpec.model_validate(data.get("spec", data))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise LabError(f"{path} cannot be read as a JSON spec: {error}") from error
    except ValidationError as error:
        raise LabError(f"{path} is not a run: {explain(error)}") from error
    return SavedRun(spec, str(data.get("model_digest", "")), str(data.get("image_key", "")))


def explain(error: ValidationError) -> str:
    """One line that names each wrong field and what is wrong with it."""
    issues = error.errors()
    places = [issue["loc"] for issue in issues]
    told = [
        f"{'.'.join(map(str, at)) or 'spec'}: {issue['msg']}"
        for at, issue in zip(places, issues, strict=True)
        # a list of wrong things only counts as too short
        if issue["type"] != "too_short" or not any(it[: len(at)] == at != it for it in places)
    ]
    return "; ".join(told)
