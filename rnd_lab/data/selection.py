"""A fair choice of images."""

import hashlib
from collections import Counter

from rnd_lab.data.image_set import ImageSet
from rnd_lab.primitives.errors import LabError


def select(image_set: ImageSet, count: int | None, seed: int) -> list[int]:
    """Choose ``count`` images, as evenly over the classes as these allow; None chooses all.

    Returns ascending indices. They depend on nothing but the labels, ``count`` and ``seed``, on any machine and
    version; and a smaller choice lies within a larger one of the same seed.

    Raises LabError where there are fewer images.
    """
    labels = image_set.labels
    if count is None:
        return list(range(len(labels)))
    if count > len(labels):
        raise LabError(f"{image_set.name} has only {len(labels)} images. Choose at most {len(labels)}, not {count}.")
    shuffled = sorted(range(len(labels)), key=lambda index: hashlib.sha256(f"{seed}/{index}".encode()).digest())
    seen: Counter[int] = Counter()
    turn = {}
    for index in shuffled:
        turn[index] = seen[labels[index]]
        seen[labels[index]] += 1
    # Every class gives its first image, then every class its second ...; the sort keeps the shuffle within a turn.
    return sorted(sorted(shuffled, key=turn.__getitem__)[:count])
