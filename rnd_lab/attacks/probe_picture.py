"""What a probe of an attack looks like, without a model."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from rnd_lab.attacks.attack import Arena, AttackSpec
from rnd_lab.primitives.draws import game_key
from rnd_lab.primitives.geometry import Norm, l2

_STEPS = 3
_FEW = {"samples": 2}
"""Attacks that average hundreds of probes show as much with two, and sooner."""
_BARS = "▁▂▃▄▅▆▇"


def example_probe(
    spec: AttackSpec, image: Tensor, norm: Norm = "linf", epsilon: float = 0.05, budget: int = 10_000
) -> Tensor:
    """What a probe of the attack adds to its iterate, on ``image`` float32 [c, h, w] in [0, 1]; float32 [c, h, w].

    The attack plays a few steps against the squared distance to grey, or one where it remembers no loss and every step
    is like the first. Of the last step's probes, the one that lies farthest from the iterate is shown: some attacks ask
    for the iterate itself beside it.
    """
    channels, height, width = image.shape
    brief = spec.model_copy(update=_FEW) if _FEW.keys() <= type(spec).model_fields.keys() else spec
    attack = brief.build(Arena(1, (channels, height, width), norm, epsilon, budget, image.device))
    slot = torch.zeros(1, dtype=torch.int64, device=image.device)
    attack.start(slot, image[None], [game_key(0, "example")])
    for _ in range(_STEPS):
        iterate = attack.iterate[0].clone()
        proposals = attack.ask(slot)
        candidates = proposals.images.clamp(0, 1)
        attack.tell((candidates - 0.5).square().flatten(1).mean(1))
        if attack.loss.isinf():
            break
    moves = candidates - iterate
    return moves[l2(moves).argmax()]


def noise_beside(spec: AttackSpec, probe: Tensor, nu: float) -> str:
    """How long noise of deviation ``nu`` (pixel units) is beside a probe of the attack, such as "2.0×".

    That is ν/μ for an attack with a deviation μ; for others ν√d/‖probe‖₂ of an example, float32 [c, h, w].
    """
    mu = getattr(spec, "mu", float(probe.norm()) / math.sqrt(probe.numel()))
    ratio = nu / mu if mu else math.inf
    return f"{ratio:.{1 if ratio < 10 else 0}f}×"


def coarse(probe: Tensor, cells: int) -> Tensor:
    """A probe float32 [c, h, w] with at most so many cells along each axis; each keeps its largest change."""
    height, width = (-(-size // cells) for size in probe.shape[1:])
    up, down = (F.max_pool2d(side, (height, width), ceil_mode=True) for side in (probe, -probe))
    return torch.where(up >= down, up, -down)


def sparkline(probe: Tensor, cells: int = 18) -> str:
    """A probe float32 [c, h, w] as bars, from its first pixel to its last, one colour channel after the other.

    A bar shows the largest change among its pixels; half height is none.
    """
    changes = coarse(probe.reshape(1, 1, -1), cells).flatten()
    heights = (1 + changes / changes.abs().max().clamp_min(1e-12)) * (len(_BARS) // 2)
    return "".join(_BARS[round(height)] for height in heights.tolist())
