"""What is known of a model by its name, before it is loaded."""

from functools import cache
from pathlib import Path

from rnd_lab.models.bundled import bundled_folder, cards, read_card
from rnd_lab.models.card import ModelCard
from rnd_lab.models.spec import WEIGHT_SUFFIXES
from rnd_lab.models.torchvision_zoo import PREFIX
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.files import version


def known_data_set(source: str) -> str | None:
    """The data set of a model of torchvision's or one with a card; None for others."""
    if source.startswith(PREFIX):
        return "imagenet"
    try:
        card = card_of(source)
    except LabError:
        return None
    return card.data_set if card else None


def known_labels(source: str) -> tuple[str, ...]:
    """The classes of a model that comes with the lab; empty for others."""
    card = find_card(source)
    return card.labels if card else ()


@cache
def find_card(name: str) -> ModelCard | None:
    """The card of a model that comes with the lab."""
    return next((card for card in cards(bundled_folder()) if card.name == name), None)


def is_bare(source: str) -> bool:
    """Whether a source is a file of weights without a card, which may have to be told its architecture.

    Raises LabError for a card that cannot be read.
    """
    return source.lower().endswith(WEIGHT_SUFFIXES) and card_of(source) is None


def card_of(source: str) -> ModelCard | None:
    """The card of a model that comes with the lab, or of one that lies beside its weights; None: it has none.

    Raises LabError for a card that cannot be read.
    """
    beside = Path(source).with_suffix(".json") if source.endswith(".safetensors") else None
    return read_card(beside.expanduser()) if beside and version(str(beside)) else find_card(source)
