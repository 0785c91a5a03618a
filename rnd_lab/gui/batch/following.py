"""Settings of an evaluation that follow when its data set or its norm changes, as long as they are published ones."""

from collections.abc import Mapping, Sequence
from typing import Any

from rnd_lab.data.set_spec import DataSpec
from rnd_lab.evaluation.known import known_classes
from rnd_lab.evaluation.spec import DefendedModel, EvaluationSpec
from rnd_lab.game.threat import published_epsilon


def classes_of(data: DataSpec, models: Sequence[DefendedModel]) -> str:
    """Which data set's classes an evaluation is about; CIFAR-10's as long as nothing tells."""
    return known_classes(data, models) or "cifar10"


def follow(old: EvaluationSpec, values: Mapping[str, Any]) -> dict[str, Any]:
    """What changes with edited ``values``: a published ε, and attacks that were at published settings."""
    before = classes_of(old.data, old.models)
    after = classes_of(values["data"], values["models"])
    threat, norm = values["threat"], values["threat"].norm
    if (before, old.threat.norm) == (after, norm):
        return {}
    if threat.epsilon == old.threat.epsilon == published_epsilon(before, old.threat.norm):
        threat = threat.model_copy(update={"epsilon": published_epsilon(after, norm)})
    attacks = []
    for attack in values["attacks"]:
        named = [name for name, spec in attack.presets(before, old.threat.norm).items() if spec == attack]
        now = attack.presets(after, norm)
        attacks.append(now.get(named[0], now["paper"]) if named else attack)
    return {"threat": threat, "attacks": tuple(attacks)}
