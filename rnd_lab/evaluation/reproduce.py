"""The evaluations of the RND paper, as specs: its two tables and its three figures, small and full.

Small ones play the samples and models that come with the lab, with a smaller budget. Full ones have the published
protocol (10,000 queries), on 1,000 images of CIFAR-10 where the paper has the whole test set, and models of the
published size; weights that cannot be shipped are taken from a folder of the user's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Literal

from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.defenses.catalog import AnyDefense
from rnd_lab.defenses.pni import PniSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.defenses.rse import RseSpec
from rnd_lab.evaluation.spec import DefendedModel, EvaluationSpec
from rnd_lab.game.referee import Referee
from rnd_lab.game.threat import ThreatModel, published_epsilon
from rnd_lab.models.bundled import bundled_folder, cards
from rnd_lab.models.known import is_bare
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.geometry import Norm

Name = Literal["table1", "table2", "figure-nes-mu-nu", "figure-square-mu-nu", "figure-clean-accuracy"]
Scale = Literal["small", "full"]

TITLES: dict[Name, str] = {
    "table1": "Attackers that average over M repeats (EOT), with a fixed and with a growing budget",
    "table2": "The main comparison: seven attacks against every row of defenses",
    "figure-nes-mu-nu": "NES: failure rate over μ and ν",
    "figure-square-mu-nu": "Square: failure rate over the square's size and ν",
    "figure-clean-accuracy": "Clean accuracy over ν",
}

ATTACKS_BY_NORM: dict[Norm, tuple[str, ...]] = {
    "linf": ("nes", "zs", "bandit", "sign_hunter", "square", "eco"),
    "l2": ("simba",),
}
REPEATS = (1, 5, 10)
NUS = (0.0, 0.005, 0.01, 0.02, 0.05)
NES_SIZES = (0.001, 0.005, 0.01, 0.05)
SQUARE_SIZES = (0.05, 0.1, 0.2, 0.3)
ACCURACY_NUS = (0.0, 0.01, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1)

ACCOUNTS: tuple[Literal["fixed", "adaptive"], ...] = ("fixed", "adaptive")
NORMS: tuple[Norm, ...] = ("linf", "l2")

ROWS: dict[str, tuple[str, tuple[AnyDefense, ...]]] = {
    "None": ("standard", ()),
    "RND": ("standard", (RndSpec(nu=0.02),)),
    "GF": ("gf", ()),
    "RND-GF": ("gf", (RndSpec(nu=0.05),)),
    "AT": ("at", ()),
    "RND-AT": ("at", (RndSpec(nu=0.05),)),
    "RSE": ("rse", (RseSpec(),)),
    "PNI": ("pni", (PniSpec(),)),
    "FD": ("fd", ()),
}
"""Rows of the main comparison: how the model was trained, and its stack. ν as published: 0.02, and 0.05 where training
has hardened the model against noise."""
NEEDED = ("standard", "gf", "at")
"""Models that full evaluations ask the user for; rows of others are there where the folder has their weights."""
SLOW = ("rse", "pni")
"""Small evaluations have these where they are asked for: they draw the noise of a whole network, RSE ten times, for
every answer."""


def reproduce(
    name: Name,
    scale: Scale = "small",
    data: DataSpec | None = None,
    imagenet: DataSpec | None = None,
    models: Path = Path(),
    budget: int | None = None,
    *,
    slow: bool = False,
) -> tuple[EvaluationSpec, ...]:
    """The evaluations that make a table or figure; they belong into one results file and one report.

    ``data`` takes the place of the usual CIFAR-10 images. ``models`` is the folder of the weights that full ones need,
    each NAME.safetensors: wrn28-standard, wrn28-gf and wrn28-at for the tables and the clean accuracy (table 2 has
    wrn28-rse, wrn28-pni and wrn28-fd too where they are there), vgg16-standard for the figures over μ and ν. With
    ``imagenet`` full ones are played on those images too: torchvision's ResNet-50 (tables, clean accuracy; resnet50-gf
    and resnet50-at from the folder) and Inception v3 (figures over μ and ν).
    ``budget`` takes the place of the usual 500 (small) or 10,000 queries (full). Small table 2 has RSE and PNI too
    where ``slow`` is wished: on a CPU their answers take many times as long as the others'.
    """
    budget = budget or (500 if scale == "small" else 10_000)
    family: Literal["small", "cifar10"] = "small" if scale == "small" else "cifar10"
    makers = [_Maker(family, data or usual_data(scale), models, budget, "mu-nu" in name, slow)]
    if imagenet and scale == "full":
        makers.append(_Maker("imagenet", imagenet, models, budget, "mu-nu" in name, slow))
    return tuple(spec for make in makers for spec in make.evaluations(name, f"reproduce {name} {scale}"))


def usual_data(scale: Scale) -> DataSpec:
    """The images that are played where no others are named."""
    return DataSpec() if scale == "small" else DataSpec(source="cifar10", images=1000)


@dataclass(frozen=True)
class _Maker:
    """Makes the evaluations of one scale."""

    family: Literal["small", "cifar10", "imagenet"]
    data: DataSpec
    folder: Path
    budget: int
    grids: bool
    slow: bool

    @property
    def data_set(self) -> str:
        return "imagenet" if self.family == "imagenet" else "cifar10"

    @property
    def network(self) -> str:
        plain, over_grids = {
            "small": ("cifar10-resnet20", "cifar10-resnet20"),
            "cifar10": ("wrn28", "vgg16"),
            "imagenet": ("resnet50", "inception_v3"),
        }[self.family]
        return over_grids if self.grids else plain

    def evaluations(self, name: Name, title: str) -> Iterator[EvaluationSpec]:
        title = f"{title}, ImageNet" if self.family == "imagenet" else title
        if name == "table1":
            for account, norm in product(ACCOUNTS, NORMS):
                yield self.eot(f"{title}, {account} budget", account, norm)
        elif name == "table2":
            for norm in NORMS:
                yield self.comparison(title, norm)
        elif name == "figure-clean-accuracy":
            yield self.accuracy(title)
        elif name == "figure-nes-mu-nu":
            yield self.grid(title, "nes", NES_SIZES)
        else:
            yield self.grid(title, "square", SQUARE_SIZES)

    def eot(self, title: str, account: Literal["fixed", "adaptive"], norm: Norm) -> EvaluationSpec:
        threat = self._threat(norm).model_copy(update={"account": account})
        return self._evaluation(title, norm, (self._row("RND"),), threat=threat, eot=REPEATS)

    def comparison(self, title: str, norm: Norm) -> EvaluationSpec:
        return self._evaluation(title, norm, tuple(self._row(row) for row in ROWS if self._has(ROWS[row][0])))

    def grid(self, title: str, attack: str, sizes: tuple[float, ...]) -> EvaluationSpec:
        return self._evaluation(title, "linf", (self._row("RND", named=False),), (attack,), mu=sizes, nu=NUS)

    def accuracy(self, title: str) -> EvaluationSpec:
        """One query is one answer to the clean image; whether it is right is all that counts here."""
        rows = tuple(
            DefendedModel(title=kind, model=self._model(kind), defense=(RndSpec(),))
            for kind in ("standard", "gf", "at")
            if self._has(kind)
        )
        threat = self._threat("linf").model_copy(update={"budget": 1})
        spec = self._evaluation(title, "linf", rows, ("square",), threat=threat, nu=ACCURACY_NUS)
        return spec.model_copy(update={"referee": Referee(votes=1), "control": False})

    def _evaluation(
        self,
        title: str,
        norm: Norm,
        rows: tuple[DefendedModel, ...],
        attacks: tuple[str, ...] = (),
        threat: ThreatModel | None = None,
        **axes: tuple[float, ...] | tuple[int, ...],
    ) -> EvaluationSpec:
        names = attacks or ATTACKS_BY_NORM[norm]
        return EvaluationSpec.model_validate(
            {
                "name": title if norm == "linf" else f"{title}, ℓ2",
                "data": self.data,
                "models": rows,
                "attacks": tuple(ATTACKS[name].for_data(self.data_set, norm) for name in names),
                "threat": threat or self._threat(norm),
                **axes,
            }
        )

    def _threat(self, norm: Norm) -> ThreatModel:
        return ThreatModel(norm=norm, epsilon=published_epsilon(self.data_set, norm), budget=self.budget)

    def _row(self, row: str, *, named: bool = True) -> DefendedModel:
        training, stack = ROWS[row]
        return DefendedModel(title=row if named else "", model=self._model(training), defense=stack)

    def _has(self, training: str) -> bool:
        """Small ones have the rows for which a model comes with the lab."""
        source = self._model(training).source
        if self.family == "small":
            return (self.slow or training not in SLOW) and source in {card.name for card in cards(bundled_folder())}
        return training in NEEDED or Path(source).exists()

    def _model(self, training: str) -> ModelSpec:
        standard = training == "standard"
        if self.family == "small":
            return ModelSpec(source=self.network if standard else f"{self.network}-{training}")
        if self.family == "imagenet" and standard:
            return ModelSpec(source=f"torchvision:{self.network}")
        weights = str(self.folder / f"{self.network}-{training}.safetensors")
        told = self.family == "imagenet" and is_bare(weights)
        return ModelSpec(source=weights, architecture=self.network if told else None)
