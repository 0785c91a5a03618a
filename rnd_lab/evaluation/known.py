"""What is known of an evaluation by its names, before models are loaded and images are read."""

from collections.abc import Sequence

from rnd_lab.data.set_spec import DataSpec
from rnd_lab.evaluation.spec import DefendedModel, EvaluationSpec
from rnd_lab.models.known import known_data_set

OF_SOURCE = {"samples:cifar10": "cifar10", "samples:imagenet": "imagenet", "cifar10": "cifar10"}


def known_classes(data: DataSpec, models: Sequence[DefendedModel]) -> str | None:
    """Which data set's classes it is about, by its images or else its models; None where neither tells."""
    names = [OF_SOURCE.get(data.source), *(known_data_set(it.model.source) for it in models)]
    return next((name for name in names if name), None)


def mismatch(spec: EvaluationSpec) -> str:
    """Why some of the models cannot be played on the images; empty where nothing is known against it."""
    images = OF_SOURCE.get(spec.data.source)
    for it in spec.models:
        made_for = known_data_set(it.model.source)
        if images and made_for and made_for != images:
            return f"{it.model.source} was made for the classes of {made_for}, and the images are those of {images}."
    return ""
