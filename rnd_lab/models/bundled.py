"""Models that lie as NAME.safetensors beside their card NAME.json: those that come with the lab, or just trained."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from rnd_lab.data.assets import assets
from rnd_lab.models.card import ModelCard
from rnd_lab.primitives.errors import LabError

if TYPE_CHECKING:
    from torch import nn

    from rnd_lab.models.opened import Opened


def bundled_folder() -> Path:
    """Folder of the models that come with the lab; LabError where the lab is not installed whole."""
    return assets() / "models"


def cards(folder: Path) -> tuple[ModelCard, ...]:
    """Cards of all models in ``folder``, by name; loads no torch. Raises LabError for a card that cannot be read."""
    return tuple(read_card(path) for path in sorted(folder.glob("*.json")) if path.with_suffix(".safetensors").exists())


def read_card(path: Path) -> ModelCard:
    """Read one card. Raises LabError where it is missing or not a card."""
    try:
        return ModelCard.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise LabError(f"The model card {path} cannot be read: {error}") from error
    except (UnicodeDecodeError, ValidationError) as error:
        raise LabError(
            f"{path} is damaged, or no model card of this lab, which is what lies beside weights under their name. "
            "To open the weights without it, move them to another folder."
        ) from error


def save_bundle(folder: Path, card: ModelCard, network: "nn.Module") -> ModelCard:
    """Write ``network`` (of ``card.architecture``, on any device) and its card to ``folder``, ready to be opened.

    One of torchvision's is given behind its normalisation, as (normalisation, network), and saved without it. Each file
    appears whole or not at all. Returns the card with its digest filled in.

    Raises LabError where the folder cannot be written.
    """
    from safetensors import SafetensorError
    from safetensors.torch import save_file
    from torch import nn

    from rnd_lab.models.digest import weights_digest

    card = card.model_copy(update={"weights_digest": weights_digest(network)})
    inner = network[1] if isinstance(network, nn.Sequential) else network
    weights, text = folder / f"{card.name}.safetensors", folder / f"{card.name}.json"
    parts = weights.with_suffix(".safetensors.part"), text.with_suffix(".json.part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        save_file({name: it.detach().cpu().contiguous() for name, it in inner.state_dict().items()}, parts[0])
        parts[1].write_text(card.model_dump_json(indent=1) + "\n", encoding="utf-8")
        parts[1].replace(text)  # first: it says whose the weights are
        parts[0].replace(weights)
    except (OSError, SafetensorError) as error:
        for part in parts:
            with suppress(OSError):
                part.unlink()
        raise LabError(
            f"The model cannot be saved in {folder}: {error}. Make room on the disk, or choose another folder."
        ) from error
    return card


def open_bundle(folder: Path, name: str) -> "Opened":
    """Open the model NAME of ``folder``.

    Raises LabError where it is missing, damaged, or its weights are not those that its card was written for.
    """
    from rnd_lab.models.architectures import usual_size
    from rnd_lab.models.digest import weights_digest
    from rnd_lab.models.fit import fitted
    from rnd_lab.models.opened import Opened
    from rnd_lab.models.spec import ModelSpec
    from rnd_lab.models.state_dict import normalized
    from rnd_lab.models.weights_file import read_weights

    described, stored = folder / f"{name}.json", folder / f"{name}.safetensors"
    if not (described.is_file() and stored.is_file()):
        known = ", ".join(card.name for card in cards(folder))
        raise LabError(f"There is no model '{name}'. Those that come with the lab: {known or 'none'}.")
    card, weights = read_card(described), read_weights(stored)
    network = normalized(fitted(card.architecture, weights, name), ModelSpec())
    digest = weights_digest(network)
    if digest != card.weights_digest:
        raise LabError(f"The weights of {name} are not those that its card describes. Install or save it again.")
    return Opened(
        name=name,
        network=network,
        input_size=(card.input_size, card.input_size),
        resize_to=usual_size(card.architecture)[1],
        digest=digest,
        description=card.title,
        labels=card.labels,
        data_set=card.data_set,
    )
