"""Settings that follow when others change, as long as the user has left them at the published values."""

from typing import Any

from rnd_lab.data.gallery import GalleryImage, gallery
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.game.threat import published_epsilon


def find_shipped(image: str) -> GalleryImage | None:
    """The gallery's image of that name."""
    return next((entry for entry in gallery() if entry.name == image), None)


def follow(old: RunSpec, values: dict[str, Any], before: str, after: str) -> dict[str, Any]:
    """Adapt edited ``values`` of a run to a change of the norm, or of the data set from ``before`` to ``after``.

    A new norm brings its published ε. Settings of the attack that were published become those for the new norm and data
    set, of the same authors where they have some. A gallery image of another data set is replaced, and classes of
    another data set are dropped.
    """
    threat, attack = values["threat"], values["attack"]
    if (old.threat.norm, before) != (threat.norm, after):
        if threat.epsilon == old.threat.epsilon:
            values["threat"] = threat.model_copy(update={"epsilon": published_epsilon(after, threat.norm)})
        for name, named in attack.presets(before, old.threat.norm).items():
            if attack == named:
                now = attack.presets(after, threat.norm)
                values["attack"] = now.get(name, now["paper"])
    if before == after:
        return values
    values["label"] = values["target"] = None
    values["threat"] = values["threat"].model_copy(update={"goal": "untargeted"})
    shipped = find_shipped(values["image"])
    if shipped and shipped.data_set != after:
        fitting = (entry.name for entry in gallery() if entry.data_set == after)
        values["image"] = next(fitting, values["image"])
    return values
