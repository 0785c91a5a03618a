"""Put weights into a network, or tell briefly why they do not fit."""

from collections.abc import Mapping, Sequence

from torch import Tensor, nn

from rnd_lab.models.architectures import OWN, FirstWeights, build, outline
from rnd_lab.primitives.errors import LabError

# Counters that old files lack, and heads that only training uses.
IGNORED = ("num_batches_tracked",)
AUXILIARY = ("AuxLogits.", "aux1.", "aux2.")
MOST_CLASSES = 100_000
"""A small file can claim any number of them, and the network is made before all is compared."""


def guess_architecture(weights: Mapping[str, Tensor]) -> str | None:
    """The lab's own architecture whose tensors have these names, if any."""
    return next((name for name in OWN if _relevant(outline(name)).keys() == _relevant(weights).keys()), None)


def fitted(architecture: str, weights: Mapping[str, Tensor], name: str) -> nn.Module:
    """Make a network of as many classes as ``weights`` has and load them; in evaluation mode, without gradients.

    ``name`` is used in messages. Raises LabError where the tensors' names or shapes differ, naming some of them.
    """
    plan = outline(architecture)
    head = [name for name in plan if name.endswith(("weight", "bias"))][-1]
    classes = len(weights[head]) if head in weights and weights[head].ndim else plan[head][0]
    if classes > MOST_CLASSES:
        raise LabError(f"The weights in {name} are those of {classes:,} classes. Such a file is damaged or hostile.")
    with FirstWeights():
        network = build(architecture, classes)
    _require_same(architecture, network.state_dict(), weights, name)
    try:
        network.load_state_dict(dict(weights), strict=False)
    except (RuntimeError, TypeError) as error:
        raise LabError(f"The weights in {name} cannot be loaded into {architecture}: {error}") from error
    return network.eval().requires_grad_(False)


def _relevant(tensors: Mapping[str, object]) -> dict[str, object]:
    return {
        name: tensor
        for name, tensor in tensors.items()
        if not name.endswith(IGNORED) and not name.startswith(AUXILIARY)
    }


def _require_same(architecture: str, expected: Mapping[str, Tensor], found: Mapping[str, Tensor], name: str) -> None:
    wanted, given = _relevant(expected), _relevant(found)
    shapes = [
        f"{key} is {_shape(found[key])}, not {_shape(expected[key])}"
        for key in wanted
        if key in given and found[key].shape != expected[key].shape
    ]
    differences = [
        *_some("missing", [key for key in wanted if key not in given]),
        *_some("not known", [key for key in given if key not in wanted]),
        *_some("of another shape", shapes),
    ]
    if differences:
        likely = guess_architecture(found)
        hint = f"They look like {likely}." if likely else "Set the architecture that they were trained with."
        raise LabError(f"The weights in {name} are not those of {architecture}: {'; '.join(differences)}. {hint}")


def _some(what: str, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    return [f"{len(names)} {what} ({', '.join(names[:3])}{', ...' if len(names) > 3 else ''})"]


def _shape(tensor: Tensor) -> str:
    return str(list(tensor.shape))
