"""Settings of an evaluation that follow when its data set or its norm changes, as long as they are published ones."""

from collections.abc import Mapping, Sequence
from typing import Any

from rnd_lab.data.set_spec import DataSpec
from rnd_lab.evaluation.spec import DefendedModel, EvaluationSpec
from rnd_lab.game.threat import published_epsilon
from rnd_lab.gui.published import known_data_set

OF_SOURCE = {"samples:cifar10": "cifar10", "samples:imagenet": "imagenet", "cifar10": "cifar10"}


def known_classes(data: DataSpec, models: Sequence[DefendedModel]) -> str:
    """Which data set's classes an evaluation is about, by the names of its images or else its models."""
    names = [OF_SOURCE.get(data.source), *(known_data_set(it.model.source) for it in models)]
    return next((name for name in names if name), "cifar10")


def mismatch(spec: EvaluationSpec) -> str:
    """Why some of the models cannot be played on the images; empty where nothing is known against it."""
    images = OF_SOURCE.get(spec.data.source)
    for it in spec.models:
        made_for = known_data_set(it.model.source)
        if images and made_for and made_for != images:
            return f"{it.model.source} was made for the classes of {made_for}, and the images are those of {images}."
    return ""


def follow(old: EvaluationSpec, values: Mapping[str, Any]) -> dict[str, Any]:
    """What changes with edited ``values``: a published ε, and attacks that were at published settings."""
    before, after = known_classes(old.data, old.models), known_classes(values["data"], values["models"])
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
