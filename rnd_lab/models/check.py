"""A first look at a model, before any query is spent on it."""

import torch
from torch import Tensor, nn

from rnd_lab.primitives.errors import LabError


@torch.no_grad()
def count_classes(network: nn.Module, name: str, input_size: tuple[int, int], device: torch.device) -> int:
    """Ask ``network`` about a black image and return its number of classes.

    The black image is asked twice, beside another black one and beside a grey one, and must get the same logits.

    Raises LabError where the answers are not finite float32 logits [2, classes ≥ 2], or depend on the neighbour.
    """
    try:
        black = torch.zeros(2, 3, *input_size, device=device)
    except RuntimeError as error:
        height, width = input_size
        raise LabError(f"{name} is said to take images of {height} x {width} pixels, too large for memory.") from error
    logits = _ask(network, name, black)
    if not isinstance(logits, Tensor) or logits.ndim != 2 or len(logits) != 2 or logits.shape[1] < 2:
        found = tuple(logits.shape) if isinstance(logits, Tensor) else type(logits).__name__
        raise LabError(f"{name} answers two images with {found}, not with logits (2, classes). It is no classifier.")
    if logits.dtype != torch.float32:
        raise LabError(f"{name} answers in {logits.dtype}. Save it in float32.")
    if not logits.isfinite().all():
        raise LabError(f"{name} answers a black image with numbers that are not finite. Its weights are damaged.")
    grey = torch.stack([black[0], black[1] + 0.5])
    if not torch.allclose(_ask(network, name, grey)[0], logits[0], rtol=0, atol=1e-2 * (1 + float(logits.abs().max()))):
        raise LabError(
            f"The answer of {name} to an image changes with the other images of the batch, or from call to call. "
            "Was it exported in training mode? Call eval() on it first."
        )
    return logits.shape[1]


def _ask(network: nn.Module, name: str, images: Tensor) -> Tensor:
    try:
        answer: Tensor = network(images)
    except Exception as error:  # whatever a foreign network raises
        height, width = images.shape[-2:]
        reason = str(error).strip().split("\n")[0]
        raise LabError(
            f"{name} cannot answer float32 RGB images of {height} x {width} pixels: {reason} "
            "Was it made for another input size? Then set it."
        ) from error
    return answer
