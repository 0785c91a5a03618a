"""What an attack minimises, made from the scores that it is given."""

from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

Loss = Literal["margin", "cross_entropy"]


def margin(scores: Tensor, classes: Tensor, targeted: bool) -> Tensor:
    """The margin of (1) and (2) without the clamp at 0, as in the authors' code; below 0 the attack has won.

    ``scores`` float32 [n, k], ``classes`` int64 [n]: the true class, or the target where ``targeted``.
    Untargeted F_y − max_{j≠y} F_j; targeted max_{j≠t} F_j − F_t. Returns float32 [n].
    """
    own = scores.gather(1, classes[:, None]).squeeze(1)
    others = scores.scatter(1, classes[:, None], -torch.inf).amax(1)
    return others - own if targeted else own - others


def cross_entropy(scores: Tensor, classes: Tensor, targeted: bool, are_logits: bool) -> Tensor:
    """Log-likelihood of the true class, or minus that of the target, to be minimised; float32 [n]."""
    log_probabilities = F.log_softmax(scores, 1) if are_logits else scores.clamp_min(1e-30).log()
    own = log_probabilities.gather(1, classes[:, None]).squeeze(1)
    return -own if targeted else own
