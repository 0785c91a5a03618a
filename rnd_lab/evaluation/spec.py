"""An evaluation, declared once: defended models × attacks × ν × μ × M × ε × goals × seeds over one data set."""

import hashlib
import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, model_validator

from rnd_lab.attacks.catalog import AnyAttack
from rnd_lab.attacks.square import SquareSpec
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.defenses.catalog import AnyDefense
from rnd_lab.evaluation.axes import has_rnd, with_mu, with_nu
from rnd_lab.evaluation.titles import cell_title, model_titles, stack_title
from rnd_lab.experiments.run_spec import explain, require_playable
from rnd_lab.game.referee import Referee
from rnd_lab.game.threat import ThreatModel
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.spec import LARGEST_SEED, Spec, setting
from rnd_lab.results.cell import CellSpec


class DefendedModel(Spec):
    """A model behind a stack of defenses: one row of a comparison."""

    title: str = setting("", help="Name in tables. Empty: made from the model and its stack.")
    model: ModelSpec = Field(default_factory=ModelSpec, description="The model under attack.")
    defense: tuple[AnyDefense, ...] = Field((), description="Stack of defenses, the outermost first; empty: none.")


class EvaluationSpec(Spec):
    """A grid of cells. An empty axis leaves what the defended models, attacks and the threat model say themselves."""

    name: str = setting("evaluation", help="Name in lists and reports.")
    data: DataSpec = Field(default_factory=DataSpec, description="Where the images are from, and which of them.")
    models: tuple[DefendedModel, ...] = Field((DefendedModel(),), min_length=1, description="Defended models.")
    attacks: tuple[AnyAttack, ...] = Field((SquareSpec(),), min_length=1, description="Attacks with their parameters.")
    threat: ThreatModel = Field(default_factory=ThreatModel, description="What the attacker may do, ask and see.")
    referee: Referee = Field(default_factory=Referee, description="What counts as success.")
    nu: tuple[float, ...] = Field((), title="ν", description="Strengths of every RND; models without RND stay.")
    mu: tuple[float, ...] = Field((), title="μ", description="Sizes of a probe; for Square the size of the square.")
    eot: tuple[int, ...] = Field((), title="EOT M", description="How often each probe is asked.")
    epsilon: tuple[float, ...] = Field((), title="ε", description="Largest perturbations, in pixel units.")
    goals: tuple[Literal["untargeted", "targeted"], ...] = Field((), description="Any wrong class, or one chosen.")
    seeds: tuple[Annotated[int, Field(ge=0, le=LARGEST_SEED)], ...] = Field(
        (0,), min_length=1, description="Seeds of all random numbers."
    )
    control: bool = CellSpec.model_fields["control"].default
    watch: bool = CellSpec.model_fields["watch"].default

    @model_validator(mode="after")
    def _check(self) -> "EvaluationSpec":
        for _, cell in self._grid():  # raises where a value of an axis is out of range
            require_playable(cell.attack, cell.threat)
        return self

    @property
    def digest(self) -> str:
        """Names the evaluation: the same spec is the same evaluation, and is gone on with (16 hex digits)."""
        text = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def cells(self) -> tuple[tuple[str, CellSpec], ...]:
        """All different cells with their titles, in the order of the axes."""
        return tuple({cell.digest: (title, cell) for title, cell in self._grid()}.values())

    def _grid(self) -> Iterator[tuple[str, CellSpec]]:
        titles = model_titles(it.model for it in self.models)
        axes = product(self.models, self.attacks, self.nu or (None,), self.mu or (None,), self._threats(), self.seeds)
        for defended, attack, nu, mu, threat, seed in axes:
            cell = CellSpec(
                model=defended.model,
                defense=defended.defense if nu is None else with_nu(defended.defense, nu),
                attack=attack if mu is None else with_mu(attack, mu),
                threat=threat,
                referee=self.referee,
                data=self.data,
                seed=seed,
                control=self.control,
                watch=self.watch,
            )
            row = defended.title or f"{titles[cell.model]}, {stack_title(cell.defense)}"
            if defended.title and nu is not None and has_rnd(cell.defense):
                row = f"{row} ν={nu:g}"
            yield cell_title(cell, row), cell

    def _threats(self) -> list[ThreatModel]:
        base = self.threat
        axes = product(self.eot or (base.eot,), self.epsilon or (base.epsilon,), self.goals or (base.goal,))
        values = [base.model_dump() | {"eot": eot, "epsilon": size, "goal": goal} for eot, size, goal in axes]
        return [ThreatModel.model_validate(it) for it in values]


def read_evaluation(path: Path) -> EvaluationSpec:
    """Read a saved evaluation. Raises LabError where the file cannot be read or is no evaluation."""
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        return EvaluationSpec.model_validate(data)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise LabError(f"{path} cannot be read as a JSON spec: {error}") from error
    except ValidationError as error:
        raise LabError(f"{path} is not an evaluation: {explain(error)}") from error
