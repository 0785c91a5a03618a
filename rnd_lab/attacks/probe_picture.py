"""What a probe of an attack looks like, without a model."""

import torch
from torch import Tensor

from rnd_lab.attacks.attack import Arena, AttackSpec
from rnd_lab.primitives.draws import game_key
from rnd_lab.primitives.geometry import Norm, l2

_STEPS = 3


def example_probe(
    spec: AttackSpec, image: Tensor, norm: Norm = "linf", epsilon: float = 0.05, budget: int = 10_000
) -> Tensor:
    """What a probe of the attack adds to its iterate, on ``image`` float32 [c, h, w] in [0, 1]; float32 [c, h, w].

    The attack plays a few steps against the squared distance to grey. Of the last step's probes, the one that lies
    farthest from the iterate is shown: some attacks ask for the iterate itself beside it.
    """
    channels, height, width = image.shape
    attack = spec.build(Arena(1, (channels, height, width), norm, epsilon, budget, image.device))
    slot = torch.zeros(1, dtype=torch.int64, device=image.device)
    attack.start(slot, image[None], [game_key(0, "example")])
    for _ in range(_STEPS):
        iterate = attack.iterate[0].clone()
        proposals = attack.ask(slot)
        candidates = attack.project(proposals.images, proposals.slots)
        attack.tell((candidates - 0.5).square().flatten(1).mean(1))
    moves = candidates - iterate
    return moves[l2(moves).argmax()]
