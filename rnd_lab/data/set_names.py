"""The name of a single image in a data set."""

import re

from rnd_lab.data.set_spec import DataSpec

LABELS = "?labels="


def image_name(spec: DataSpec, index: int) -> str:
    """Name one image: SOURCE#INDEX or SOURCE?labels=CSV#INDEX. All images count, chosen or not."""
    return f"{spec.source}{'' if spec.labels is None else LABELS + spec.labels}#{index}"


def read_image_name(name: str) -> tuple[DataSpec, int] | None:
    """The whole data set and the index that :func:`image_name` put in a name; None for a name of another form."""
    named = re.fullmatch(r"(.+)#([0-9]{1,9})", name, re.DOTALL)
    if named is None:
        return None
    source, separator, labels = named[1].partition(LABELS)
    return DataSpec(source=source, labels=labels if separator else None), int(named[2])
